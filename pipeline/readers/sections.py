"""What a paragraph is, from its first words: headings, abstracts, keywords, captions, authors, references."""

import re
from collections.abc import Iterable
from functools import lru_cache

from pipeline.lexicon.normalize import is_han

_NUMBER = r"(?:第[一二三四五六七八九十]+[章节]|[一二三四五六七八九十]+、|(?:\d{1,2}[.．])*\d{1,2}[.．、]?|[IVX]+\.)"
HEADING = re.compile(rf"^\s*{_NUMBER}\s*(?=[^\d\s.,，、%％)])(.*)$")
# A number that counts or measures ("2 型糖尿病", "12 例患者") is no section's number; nor is the mark of an affiliation
# ("1Department").
_COUNTED = re.compile(
    r"^\s*\d+(?:[.．]\d+)*\s*(?:[个种例只岁年月日天周次倍型号位项组名条株段份期类对步相价级元人位次h]|小时|分钟|千|百|万|亿|mm|cm|kg|mg|ml|mL|μ)"
    r"|^\s*\d+[A-Za-z]"
)
_NAMED = re.compile(
    r"^\s*(?:[\[【〔]?\s*(?:摘\s*要|中文摘要|英文摘要|引\s*言|前\s*言|绪\s*论|背\s*景|目\s*的|方\s*法|材料(?:与|和)方法|结\s*果|讨\s*论"
    r"|结\s*论|结果(?:与|和)讨论|结\s*语|小\s*结|总\s*结|展\s*望|总结(?:与|和)展望|致\s*谢)\s*[\]】〕]?"
    r"|abstract|summary|introduction|background|objectives?|objective\(s\)"
    r"|(?:materials? and )?methods?|results?(?: and discussion)?"
    r"|discussion|conclusions?|perspectives?|acknowledge?ments?|aims?)\s*[:：.]?\s*$",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    rf"^\s*(?:{_NUMBER}\s*)?[\[【]?\s*(?:参\s*考\s*文\s*献|references?(?: cited)?|literature cited"
    r"|bibliography)\s*[\]】]?"
    r"(?:\s*\(references?\))?\s*[:：]?\s*$",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"^\s*(?:致\s*谢|acknowledge?ments?|funding|author contributions?|conflicts? of interests?|competing interests?"
    r"|data availability(?: statement)?|availability of data and materials?|supplementary materials?|abbreviations?"
    r"|基金项目.*|利益冲突.*|作者贡献.*|作者简介.*)\s*[:：]?\s*$",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\W*(?:致\s*谢|acknowl)", re.IGNORECASE)
# The same, run in at the head of a paragraph: "Funding: This work was …".
_BACK_LEAD = re.compile(
    r"^\s*[\[【]?(?:致\s*谢|acknowledge?ments?|funding(?: statement| sources?)?|authors?[’']? contributions?"
    r"|conflicts? of interests?|(?:declaration of )?competing interests?|data availability(?: statement)?|disclosures?"
    r"|ethic(?:s|al) (?:statement|approval)|基金项目|利益冲突|作者贡献)[\]】]?\s*[:：.—]",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"universit|institut|department|hospital|college|school of|academy|laborator|faculty|cent(?:re|er) (?:for|of)|大学"
    r"|学院|医院|研究所|实验室|研究院",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(
    r"^\s*[\[【〔]?\s*(?:关\s*键\s*词|主题词|key\s*words?|index terms)\s*[\]】〕]?\s*[:：—-]?", re.IGNORECASE
)
_ABSTRACT = re.compile(
    r"^\s*[\[【〔]?\s*(?:摘\s*要|中文摘要|英文摘要|abstract|summary)\s*[\]】〕]?\s*[:：.—-]?\s*(?=\S|$)", re.IGNORECASE
)
# "Table 1 Proteins of mitophagy", "图 1 钙转移", but not "Table 1 lists the …", "图 1 显示…" at a paragraph's head.
_CAPTION = re.compile(
    r"^\s*(?:[图表]\s*(?:S?\d++(?:[-–.]\d+)?+[A-Za-z]?+|[一二三四五六七八九十]++)\s*+(?!显示|所示|表明|列出|给出|可见|可知|[中为是的]|说明|展示|[，,])"
    r"|(?:(?i:fig(?:ure|\.)?|tab(?:le|\.)|scheme)[\s-]*S?\d+[A-Za-z]?)\s*(?:[.:：|。—–]|$|\(|(?=\s)\s+(?![a-z]{2,}\s|[,;)])))"
)
_ARTICLE_TYPE = re.compile(
    r"^\W*(?:(?:original|full[- ]length|research|review|short|systematic|mini)[\s-]*){1,2}"
    r"(?:articles?|papers?|research|communications?|reviews?)?\W*$|^\W*(?:综\s*述|论\s*著|研究论文|研究报告|特邀专家方法)\W*$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"e-?mail|@|通[讯信]作者|corresponding author|^\s*(?:作者单位|单位|收稿日期|received|accepted|基金项目|第一作者)"
    r"|(?:大学|学院|医院|研究所|实验室|中心).{0,40}\d{6}"
    r"|(?:university|department|institute|hospital|school) of .{0,120}"
    r"(?:china|usa|uk|japan|germany|\d{5,6})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}\s?[\d*#†‡§]*|(?:[A-Z][\w'’.-]*\s+){1,3}[\w'’-]+\s?[\d*#†‡§]*")
_BETWEEN_NAMES = re.compile(r"\s*[,，、;；]\s*|\s+(?:and|&)\s+|(?<=[\u4e00-\u9fff\d*†])\s+(?=[\u4e00-\u9fffA-Z])")
_CITATION = re.compile(
    r"\[[JMDCRN](?:/OL)?\][.．]|\d{4}\s*[;；]\s*\d+\s*(?:\(\d+\))?\s*[:：]\s*\d+|^\s*\[\d+\]\s+\S.*\b(?:19|20)\d\d\b"
)


def is_references(text: str) -> bool:
    """Whether a line is the heading of the reference list."""
    return len(text) < 80 and bool(_REFERENCES.match(text))  # asked of each line, most of which are longer


def is_caption(text: str) -> bool:
    """Whether a paragraph that begins so explains a figure or table."""
    return bool(_CAPTION.match(text))


def is_keywords(text: str) -> bool:
    """Whether a paragraph that begins so lists keywords."""
    return bool(_KEYWORDS.match(text))


def is_abstract(text: str) -> bool:
    """Whether a heading or paragraph begins an abstract."""
    return bool(_ABSTRACT.match(text))


def is_article_type(text: str) -> bool:
    """Whether a line over the title says what kind of article it is."""
    return bool(_ARTICLE_TYPE.match(text))


def is_back(text: str) -> bool:
    """Whether a heading begins what stands behind the paper proper: thanks, funding, contributions, interests."""
    return bool(_BACK.match(text))


def is_named_heading(text: str) -> bool:
    """Whether a line is one of the usual names of sections, without a number."""
    return bool(_NAMED.match(text) or _BACK.match(text))


@lru_cache(4096)
def is_author(text: str) -> bool:
    """Whether a short paragraph gives names, affiliations, addresses or dates of submission."""
    if len(text) >= 400 or re.search(r"[。.]\s*\S{40}", text):
        return False
    return bool(_AUTHOR.search(text)) or (len(text) < 250 and _are_names(text))


def _are_names(text: str) -> bool:
    """Whether a text is a list of names with marks of affiliations, which tell it from a list of topics."""
    pieces = [piece for piece in _BETWEEN_NAMES.split(text.strip()) if piece.strip("0123456789*#†‡§ ")]
    signed = re.search(r"\w\s?(?:\d|\*|†)", text)
    return len(pieces) > 1 and signed is not None and all(_NAME.fullmatch(piece) for piece in pieces)


def is_affiliation(text: str) -> bool:
    """Whether what is known to stand among authors names where they work."""
    return bool(_INSTITUTION.search(text))


def lists_affiliations(text: str) -> bool:
    """Whether a paragraph of any length lists institutions: one for every hundred characters or so."""
    return len(_INSTITUTION.findall(text)) > max(1, len(text) / 150)


@lru_cache(4096)  # asked of each line, and of the one before it
def is_heading(text: str) -> bool:
    """Whether a short line is a section's heading: numbered, or one of the usual names."""
    if len(text) > 90 or text[-1:] in "。；;，," or text.lstrip()[:1].islower():
        return False
    if _NAMED.match(text) or _REFERENCES.match(text) or _BACK.match(text):
        return not is_author(text)
    numbered = HEADING.match(text)
    return bool(
        numbered
        and re.match(r"[\u4e00-\u9fffA-ZΑ-Ωα-ω]|m[A-Z]|p\d\d", numbered[1])
        and not numbered[1].rstrip().endswith((".", "?"))
        and not _COUNTED.match(text)
        and not is_author(text)
    )


def heading_name(text: str) -> str:
    """A heading without its number and marks: "3.1. 凋亡" gives "凋亡"."""
    numbered = HEADING.match(text)
    name = numbered[1] if numbered else text
    name = re.sub(r"^[\s\[【〔]+|[\s\]】〕:：.]+$", "", name)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", name)


def kind_of(text: str, section: str = "") -> str:
    """The kind of a paragraph that is no heading, by its own words and the section it stands in."""
    if is_references(section) or (len(text) < 600 and _CITATION.search(text)):
        return "reference"
    if lead := _BACK_LEAD.match(text) or _BACK.match(section):
        return "acknowledgement" if _THANKS.match(lead[0]) else "back"
    if _KEYWORDS.match(text):
        return "keywords"
    if _CAPTION.match(text):
        return "caption"
    if is_author(text):
        return "affiliation" if is_affiliation(text) else "author"
    if _ABSTRACT.match(text) or _ABSTRACT.match(section):
        return "abstract"
    return "paragraph"


def abstract_head(text: str) -> int:
    """Length of the word 摘要 or "Abstract" and its marks at the head of a paragraph; 0 where there is none.

    A colon, a bracket or a capital must follow: "Abstract concepts are…" is no heading.
    """
    match = _ABSTRACT.match(text)
    if match is None or match.end() >= len(text):
        return 0
    marked = re.search(r"[:：.\]】〕—-]\s*$|要\s*$|\s{2,}$", match[0])
    return match.end() if marked or (match[0].endswith(" ") and not text[match.end()].islower()) else 0


def is_chinese(text: str) -> bool:
    """Whether a title or paragraph is Chinese: a Chinese character for every three others."""
    return 4 * sum(map(is_han, text)) > len(text)


def is_other_language(text: str, than: str) -> bool:
    """Whether of two titles one is Chinese and the other is not."""
    return is_chinese(text) != is_chinese(than)


def is_citation(before: str, raised: str) -> bool:
    """Whether raised print after `before` gives numbers of references, not an exponent, a charge or an isotope.

    They follow a word of four letters or more, a Chinese character or a closing mark ("mechanism¹", not "cm²", "Ca²⁺").
    After a full stop they stay where they are: a blank would begin the next sentence with them.
    """
    return bool(
        re.fullmatch(r"\d[\d,\s–-]*|[\[(]\d.*", raised.strip())
        and re.search(r"[A-Za-z-]{3,}[a-z]$|[)）”\u4e00-\u9fff]$", before)
    )


def find_doi(texts: Iterable[str]) -> str:
    """The first DOI in the texts, without the marks behind it; "" where there is none.

    Where a line end cut the first one ("10.1371/journal.pone."), the one that goes on from there is taken.
    """
    pattern = re.compile(r"10\.\d{4,9}/[^\s\]，。；、\u4e00-\u9fff]+")
    found = [match[0] for text in texts for match in pattern.finditer(text)]
    if not found:
        return ""
    first = found[0]
    whole = [doi for doi in found if first.endswith((".", "-", "/")) and doi.startswith(first) and doi != first]
    return min(whole or [first], key=len).rstrip(".,;:)")
