"""Variants have numbers of their own, a code opens the blank sheet, a key the solution; banks are read."""

import math
import re
import zipfile
from math import isfinite
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import viz
from autograd import ExpressionError, Graph, practice
from autograd.practice import Question
from viz.command import exam as command
from viz.sheets.asked import every
from viz.sheets.variants import LETTERS

J = "u = b*c; v = a + u*b; J = 3*v"
CROSS_ENTROPY = "p = sigmoid(w*x + b); L = -(y*log(p) + (1-y)*log(1-p))"


def leaves(exam: viz.Exam) -> list[tuple[float, ...]]:
    return [tuple(graph.nodes[leaf].data for leaf in graph.leaves) for graph in exam.graphs]


def test_every_variant_has_numbers_and_a_code_of_its_own() -> None:
    made = viz.exam(J, seed=7, variants=12, key="spring")
    assert len(set(made.codes)) == 12
    assert len(set(leaves(made))) > 8
    assert all(re.fullmatch(f"[{LETTERS}]{{6}}-[{LETTERS}]{{4}}", code) for code in made.codes)


def test_the_same_seed_and_key_give_the_same_exam_and_others_another() -> None:
    one = viz.exam(J, seed=7, variants=3, key="spring").codes
    assert viz.exam(J, seed=7, variants=3, key="spring").codes == one
    assert not set(viz.exam(J, seed=8, variants=3, key="spring").codes) & set(one)
    assert not set(viz.exam(J, seed=7, variants=3, key="autumn").codes) & set(one)
    assert viz.exam(J, seed=7, variants=5, key="spring").codes[:3] == one


@pytest.mark.parametrize("source", [J, CROSS_ENTROPY, 1, 2, 3])
def test_a_code_alone_gives_the_blank_sheet_again(source: str | int) -> None:
    made = viz.exam(source, seed=3, variants=2, key="spring")
    again = viz.exam(source, variant=made.codes[1].lower())
    assert again.sheets[0].text == made.sheets[1].text
    with pytest.raises(viz.KeyMissingError, match="need the teacher's key"):
        _ = again.solved
    opened = viz.exam(source, variant=made.codes[1], key="spring")
    assert opened.solved.sheets[0].text == made.solved.sheets[1].text


def test_another_key_opens_nothing() -> None:
    code = viz.exam(J, key="spring").codes[0]
    with pytest.raises(ValueError, match="was not made with this key"):
        viz.exam(J, variant=code, key="autumn")
    with pytest.raises(ValueError, match="was not made with this key"):
        viz.exam("J = a*b", variant=code, key="spring")


@pytest.mark.parametrize("wrong", ["", "K7Q2", "K7Q2M9-4", "K7Q2M!", "K7Q2M9-4XYT-1"])
def test_what_is_no_code_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no variant's code"):
        viz.exam(J, variant=wrong or " ")


def test_letters_that_look_alike_are_read_as_digits() -> None:
    code = next(code for seed in range(50) if "0" in (code := viz.exam(J, seed=seed).codes[0]))
    assert (
        viz.exam(J, variant=code.replace("0", "O")).sheets[0].text == viz.exam(J, variant=code).sheets[0].text
    )


@pytest.mark.parametrize("seed", range(6))
def test_numbers_are_short_and_no_slip_gives_the_right_answer(seed: int) -> None:
    made = viz.exam(J, seed=seed, variants=4)
    for graph, sheet in zip(made.graphs, made.sheets, strict=True):
        sizes = [abs(graph.nodes[leaf].data) for leaf in graph.leaves]
        assert len(set(sizes)) == len(sizes)
        shown = [*(node.data for node in graph.nodes), *(x for x in graph.adjoints if x is not None)]
        assert all(abs(x) < 1000 and x == round(x, 3) and x != 0 for x in shown)
        for question in sheet.content.questions:
            assert "sign turned" not in question.hides and "upstream forgotten" not in question.hides


def test_numbers_that_are_given_are_in_every_variant() -> None:
    made = viz.exam(CROSS_ENTROPY, variants=5, numbers={"y": 1.0, "x": 2.0})
    for graph in made.graphs:
        found = {graph.nodes[leaf].label: graph.nodes[leaf].data for leaf in graph.leaves}
        assert found["y"] == 1.0 and found["x"] == 2.0
        assert all(isfinite(x) for x in found.values())


def test_where_an_expression_is_not_defined_no_numbers_are_drawn() -> None:
    assert all(graph.nodes[0].data > 0 for graph in viz.exam("f = log(x) + sqrt(x)", variants=20).graphs)
    with pytest.raises(ExpressionError, match="log"):
        viz.exam("f = log(x - x**2 - 100)").sheets  # noqa: B018


def test_each_level_draws_graphs_of_its_own() -> None:
    sizes = [len({tuple(graph.names) for graph in viz.exam(n, variants=6).graphs}) for n in (1, 2, 3)]
    assert min(sizes) > 1
    with pytest.raises(ValueError, match="There is no level 4"):
        viz.exam(4)
    with pytest.raises(ValueError, match=r"a=\.\.\. is for an expression"):
        viz.exam(1, numbers={"a": 2.0})


def answers_of(exam: viz.Exam) -> list[Question]:
    return [question for graph in exam.graphs for question in every(graph)]


# Banks ------------------------------------------------------------------------------------------------------


def unescaped(text: str) -> str:
    return re.sub(r"\\([\\~=#{}:])", r"\1", text)


def read_gift(text: str) -> list[tuple[str, list[tuple[float, float, float, str]], str]]:
    """Read numerical questions as Moodle documents them: title, (weight, number, tolerance, said), else."""
    found = []
    plain = r"(?:[^\\~=#{}:]|\\[\\~=#{}:])*"
    pattern = rf"::({plain})::\[html\]({plain})\{{#\n((?:[=~].*\n)+)\}}\n"
    for title, _, block in re.findall(pattern, text):
        *listed, last = block.strip().split("\n")
        answers = []
        for line in listed:
            match = re.fullmatch(rf"=(?:%(\d+)%)?(-?[\d.]+):([\d.]+)#({plain})", line)
            assert match, line
            answers.append((float(match[1] or 100), float(match[2]), float(match[3]), unescaped(match[4])))
        assert re.fullmatch(rf"~#{plain}", last), last
        found.append((unescaped(title), answers, unescaped(last[2:])))
    return found


@pytest.mark.parametrize("source", [J, CROSS_ENTROPY])
def test_gift_holds_every_question_with_a_sentence_for_every_slip(source: str, tmp_path: Path) -> None:
    made = viz.exam(source, variants=2, key="spring")
    text = made.save(tmp_path / "exam.gift").read_text(encoding="utf-8")
    read, asked = read_gift(text), answers_of(made)
    assert len(read) == len(asked) > 20
    by_title = {title: (answers, otherwise) for title, answers, otherwise in read}
    for code, graph in zip(made.codes, made.graphs, strict=True):
        for question in every(graph):
            answers, otherwise = by_title[f"{code} {question.prompt}"]
            right = [number for weight, number, _, _ in answers if weight == 100]
            assert right == pytest.approx([question.answer, *question.accepted], abs=1e-9)
            for slip in question.slips:
                weight, number, tolerance, said = next(
                    a for a in answers if a[1] == pytest.approx(slip.answer, abs=1e-9)
                )
                assert weight == 0 and tolerance <= abs(number) * 0.01
                assert said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == slip.sentence
            assert "this number" in otherwise
    assert text.count("$CATEGORY: ") == len({question.prompt for question in asked})


def test_numbers_near_zero_are_no_zero_in_a_bank(tmp_path: Path) -> None:
    made = viz.exam("y = exp(-a*b)", key="spring", numbers={"a": 5.0, "b": 10.0})
    text = made.save(tmp_path / "exam.gift").read_text(encoding="utf-8")
    [answers] = [answers for title, answers, _ in read_gift(text) if title.endswith("What is dy/da?")]
    weight, number, tolerance, _ = answers[0]
    exact = -10.0 * math.exp(-50.0)
    assert (weight, number) == (100, pytest.approx(exact, rel=1e-14))
    assert 1e-12 * abs(exact) < tolerance < 0.01 * abs(exact)
    assert not any(
        weight == 100 and number == 0 for _, found, _ in read_gift(text) for weight, number, *_ in found
    )


def test_a_bank_needs_the_key(tmp_path: Path) -> None:
    for ending in (".gift", ".zip"):
        with pytest.raises(viz.KeyMissingError):
            viz.exam(J).save(tmp_path / f"exam{ending}")


# What may stand in an element of QTI 1.2, in this order, as its specification lists it (what is used here).
QTI = {
    "questestinterop": "assessment", "assessment": "section",
    "section": "selection_ordering? item* section*", "selection_ordering": "selection",
    "selection": "selection_number selection_extension",
    "item": "itemmetadata presentation resprocessing itemfeedback*",
    "itemmetadata": "qtimetadata", "qtimetadata": "qtimetadatafield*",
    "qtimetadatafield": "fieldlabel fieldentry",
    "presentation": "material response_str", "material": "mattext", "response_str": "render_fib",
    "render_fib": "response_label", "resprocessing": "outcomes respcondition*", "outcomes": "decvar",
    "respcondition": "conditionvar setvar? displayfeedback*", "conditionvar": "or? other?",
    "or": "varequal and", "and": "vargte varlte", "itemfeedback": "flow_mat", "flow_mat": "material",
    "selection_extension": "points_per_item",
}  # fmt: skip


def test_qti_keeps_to_its_content_model_and_holds_every_answer(tmp_path: Path) -> None:
    made = viz.exam(J, variants=3, key="spring")
    with zipfile.ZipFile(made.save(tmp_path / "exam.zip")) as package:
        manifest = ET.fromstring(package.read("imsmanifest.xml"))
        hrefs = {element.attrib["href"] for element in manifest.iter() if element.tag.endswith("}file")}
        assert hrefs == set(package.namelist()) - {"imsmanifest.xml"}
        root = ET.fromstring(package.read("exam/exam.xml"))
        assert package.read("drawings/1.png").startswith(b"\x89PNG")
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        inside = " ".join(child.tag.rpartition("}")[2] for child in element) + " " * bool(len(element))
        model = re.sub(r"(\w+)([?*]?)", lambda m: f"(?:{m[1]} ){m[2]}", QTI.get(name, "")).replace(" (", "(")
        assert re.fullmatch(model, inside), (name, inside)
    space = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    items = root.findall(".//q:item", space)
    assert len(items) == len(answers_of(made))
    assert len({item.attrib["ident"] for item in items}) == len(items)
    for section in root.findall("./q:assessment/q:section/q:section", space):
        for item, graph in zip(section.findall("q:item", space), made.graphs, strict=True):
            question = next(q for q in every(graph) if q.prompt == item.attrib["title"])
            scored = [
                c for c in item.iterfind(".//q:respcondition", space) if c.find("q:setvar", space) is not None
            ]
            numbers = [float(c.findtext(".//q:varequal", "", space)) for c in scored]
            assert numbers == pytest.approx([question.answer, *question.accepted])
            told = {
                f.attrib["ident"]: f.findtext(".//q:mattext", "", space)
                for f in item.iterfind("q:itemfeedback", space)
            }
            links = [x.attrib["linkrefid"] for x in item.iterfind(".//q:displayfeedback", space)]
            assert sorted(links) == sorted(told)


def test_a_bank_is_the_same_in_the_same_bytes(tmp_path: Path) -> None:
    for ending in (".gift", ".zip"):
        one, two = (viz.exam(J, key="k").save(tmp_path / f"{k}{ending}").read_bytes() for k in (1, 2))
        assert one == two


# The command ------------------------------------------------------------------------------------------------


def test_the_command_writes_sheets_and_with_a_key_solutions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "exam.html"
    assert command.main([J, "b=2", "--variants", "3", "--seed", "5", "--key", "spring", "-o", str(out)]) == 0
    said = capsys.readouterr().out
    codes = viz.exam(J, seed=5, variants=3, key="spring", numbers={"b": 2.0}).codes
    assert all(code in said for code in codes) and "exam-solutions.html" in said
    assert "Solution" not in out.read_text(encoding="utf-8")
    assert (tmp_path / "exam-solutions.html").read_text(encoding="utf-8").count(">Solution<") == 3
    again = tmp_path / "again.txt"
    assert command.main([J, "b=2", "--variant", codes[2], "-o", str(again)]) == 0
    assert not (tmp_path / "again-solutions.txt").exists()
    assert (
        again.read_text(encoding="utf-8")
        == viz.exam(J, seed=5, variants=3, key="spring", numbers={"b": 2.0}).sheets[2].text
    )


@pytest.mark.parametrize("variants", [0, 1001, "30", 2.5])
def test_variants_are_a_number_of_sheets(variants: object) -> None:
    with pytest.raises(ValueError, match=f"variants={variants!r} is no number of variants from 1 to 1000"):
        viz.exam(J, variants=variants)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ([], "Give an expression"),
        ([J, "--level", "2"], "Give an expression"),
        (["--level", "9"], "There is no level 9"),
        ([J, "--variant", "XX"], "no variant's code"),
        ([J, "--variants", "0"], "no number of variants"),
        ([J, "z=1"], "z=1 is not used"),
        ([J, "b="], "b= is not a number"),
        ([J, "-o", "exam.doc"], "does not end in one of .pdf, .html, .tex, .txt, .gift, .zip"),
        ([J, "-o", "exam.gift"], "Add --key"),
        ([J, "-o", "nowhere/exam.txt"], "The folder nowhere does not exist"),
        ([J, "--sed", "1", "--wrong"], "--help lists"),
        (["a*"], "a*"),
    ],
)
def test_what_is_mistyped_is_said_in_the_words_of_the_command_line(
    typed: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.main(typed) in (1, 2)
    said = capsys.readouterr().err
    assert said.startswith("chainrule exam: ") and told in said
    assert "exam(..." not in said and ".save(" not in said
    assert list(tmp_path.iterdir()) == []


def test_practice_and_exam_ask_the_same_question_of_the_same_graph() -> None:
    graph: Graph = viz.exam(2, seed=1).graphs[0]
    leaf = graph.nodes[graph.leaves[0]]
    asked = next(q for q in every(graph) if q.prompt == f"What is {graph.names.gradient(leaf.index)}?")
    assert asked == practice.gradient(graph, leaf)
