"""Prints banks of questions as a package of QTI 1.2, which Canvas, Blackboard, D2L and others import.

Each question is a section from which one variant is drawn for each student.
"""

import io
import zipfile
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from viz.sheets.banks.common import alike, otherwise, picture, plain, right, solved, tolerance

if TYPE_CHECKING:
    from autograd.practice import Question
    from viz.sheets.worksheet import Worksheet

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
ANSWER = "response1"
DAY = (2020, 1, 1, 0, 0, 0)  # of the files in the package: the same exam gives the same bytes


def printed(sheets: "Sequence[Worksheet]", asked: "Sequence[Sequence[Question]]") -> bytes:
    """Return a zipped package: a manifest, the questions, a drawing for each variant."""
    drawings = {f"drawings/{place}.png": sheet for place, sheet in enumerate(sheets, 1)}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (
            ("imsmanifest.xml", _manifest(sheets[0].content.title, list(drawings))),
            ("exam/exam.xml", _assessment(sheets, list(drawings), asked)),
        ):
            package.writestr(zipfile.ZipInfo(name, DAY), text, zipfile.ZIP_DEFLATED)
        for name, sheet in drawings.items():
            package.writestr(zipfile.ZipInfo(name, DAY), picture(sheet.blank))
    return made.getvalue()


def _inside(parent: ET.Element, *names: str, text: str = "", **attributes: str) -> ET.Element:
    """Put elements into each other; the last has the text and the attributes."""
    for name in names:
        parent = ET.SubElement(parent, name)
    parent.attrib |= attributes
    parent.text = text or None
    return parent


def _printed(root: ET.Element) -> bytes:
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _manifest(title: str, drawings: Sequence[str]) -> bytes:
    root = ET.Element("manifest", {"identifier": "chainrule", "xmlns": PACKAGE})
    about = _inside(root, "metadata")
    _inside(about, "schema", text="IMS Content")
    _inside(about, "schemaversion", text="1.1.3")
    _inside(root, "organizations")
    resources = _inside(root, "resources")
    exam = _inside(resources, "resource", identifier="exam", type="imsqti_xmlv1p2")
    _inside(exam, "file", href="exam/exam.xml")
    for place, name in enumerate(drawings, 1):
        drawing = _inside(resources, "resource", identifier=f"drawing{place}", type="webcontent", href=name)
        _inside(drawing, "file", href=name)
    return _printed(root)


def _assessment(
    sheets: "Sequence[Worksheet]", drawings: Sequence[str], asked: "Sequence[Sequence[Question]]"
) -> bytes:
    root = ET.Element("questestinterop", {"xmlns": QTI})
    test = _inside(root, "assessment", ident="chainrule", title=sheets[0].content.title)
    whole = _inside(test, "section", ident="root_section")
    for place, (prompt, variants) in enumerate(alike(asked).items(), 1):
        section = _inside(whole, "section", ident=f"question{place}", title=prompt)
        selection = _inside(section, "selection_ordering", "selection")
        _inside(selection, "selection_number", text="1")
        _inside(selection, "selection_extension", "points_per_item", text="1")
        for variant, question in variants:
            _item(section, f"question{place}_{variant + 1}", sheets[variant], drawings[variant], question)
    return _printed(root)


def _item(section: ET.Element, ident: str, sheet: "Worksheet", drawing: str, question: "Question") -> None:
    item = _inside(section, "item", ident=ident, title=question.prompt)
    about = _inside(item, "itemmetadata", "qtimetadata")
    for label, entry in (("question_type", "numerical_question"), ("points_possible", "1")):
        field = _inside(about, "qtimetadatafield")
        _inside(field, "fieldlabel", text=label)
        _inside(field, "fieldentry", text=entry)
    words = f"{sheet.content.title}, {sheet.content.given}"
    image = f'<img src="$IMS-CC-FILEBASE$/{drawing}" alt="{escape(words)}">'
    shown = f"<p>{escape(words)}</p><p>{image}</p><p>{escape(question.prompt)}</p>"
    presentation = _inside(item, "presentation")
    _inside(presentation, "material", "mattext", text=shown, texttype="text/html")
    field = _inside(presentation, "response_str", ident=ANSWER, rcardinality="Single")
    _inside(_inside(field, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")

    processing = _inside(item, "resprocessing")
    _inside(
        processing, "outcomes", "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal"
    )
    said: dict[str, str] = {}
    for place, x in enumerate(right(question)):
        found = _near(processing, x, question)
        _inside(found, "setvar", text="100", action="Set", varname="SCORE")
        _told(found, f"right{place}", solved(question), said)
    for place, slip in enumerate(question.slips):
        _told(_near(processing, slip.answer, question), f"slip{place}", slip.sentence, said)
    rest = _inside(processing, "respcondition")
    rest.set("continue", "Yes")
    _inside(rest, "conditionvar", "other")
    _told(rest, "otherwise", otherwise(question), said)
    for name, sentence in said.items():
        feedback = _inside(item, "itemfeedback", ident=name)
        _inside(
            feedback,
            "flow_mat",
            "material",
            "mattext",
            text=escape(sentence, quote=False),
            texttype="text/html",
        )


def _near(processing: ET.Element, x: float, question: "Question") -> ET.Element:
    """Add a condition that holds near a number."""
    condition = _inside(processing, "respcondition")
    condition.set("continue", "No")
    either, room = _inside(condition, "conditionvar", "or"), tolerance(x, question)
    _inside(either, "varequal", text=plain(x), respident=ANSWER)
    both = _inside(either, "and")
    _inside(both, "vargte", text=plain(x - room), respident=ANSWER)
    _inside(both, "varlte", text=plain(x + room), respident=ANSWER)
    return condition


def _told(condition: ET.Element, name: str, sentence: str, said: dict[str, str]) -> None:
    said[name] = sentence
    _inside(condition, "displayfeedback", feedbacktype="Response", linkrefid=name)
