"""The playground as people meet it: a real browser, a keyboard, a phone, no script, no server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from webdriver import ENTER, ESCAPE, ROOT, SHIFT, TAB, Chromium, chromium, missing, playground

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
]

NO = "Can I put a CRM export into ChatGPT?"
YES = "can I use ChatGPT for captions?"
WHICH = "Can I put this file into ChatGPT?"
PAGES = ("/", "/tools", "/rules", "/sections/AUP-2", "/courses/TR-101", "/nothing")
AXE = ROOT / "node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with playground(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture(scope="module")
def window() -> Iterator[Chromium]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def browser(window: Chromium, address: str) -> Iterator[Chromium]:
    """A desktop that has never been here."""
    window.cdp("Network.clearBrowserCookies")
    window.look(width=1280, height=900)
    window.open(address)
    window.complaints()
    yield window
    assert window.complaints() == []


def ask(browser: Chromium, question: str) -> None:
    """Type a question and wait for its answer."""
    before = browser.count(".turn")
    browser.write("#text", question + ENTER)
    browser.until(lambda: browser.count(".turn") > before)
    browser.until(lambda: browser.count("#pending[hidden]"))


def test_a_typed_question_is_answered_below_it_and_typing_can_go_on(browser: Chromium) -> None:
    ask(browser, NO)

    assert browser.text(".turn:last-child .asked").endswith(NO)
    assert browser.text(".turn:last-child .badge") == "Not allowed"
    assert browser.focused() == "textarea#text"
    assert browser.run("return document.getElementById('text').value") == ""
    assert browser.run(
        "const at = document.querySelector('.turn:last-child h2').getBoundingClientRect();"
        "return at.top >= 0 && at.bottom <= innerHeight"
    )


def test_with_motion_an_answer_fades_in_and_stays(browser: Chromium) -> None:
    browser.look(width=1280, height=900, calm=False)

    ask(browser, NO)

    opacity = "return getComputedStyle(document.querySelector('.turn .card')).opacity"
    browser.until(lambda: browser.run(opacity) == "1")


def test_a_choice_is_pressed_and_reading_goes_on_at_the_answer(browser: Chromium) -> None:
    ask(browser, WHICH)

    browser.run("document.querySelector('.turn:last-child .choice').focus()")
    browser.press(ENTER)
    browser.until(lambda: browser.count(".turn") == 2)
    browser.until(lambda: browser.focused().startswith("h2"))

    assert browser.text(".turn:last-child .asked").endswith("Public")
    assert browser.run("return document.activeElement.closest('.turn').matches(':last-child')")
    assert browser.count(".turn:first-child .choice:enabled") == 0


def test_why_and_the_further_conditions_open_in_place(browser: Chromium) -> None:
    ask(browser, YES)
    for details in (".why", ".conditions details"):
        browser.run("document.querySelector(arguments[0] + ' > summary').focus()", details)

        browser.press(ENTER)

        assert browser.run("return document.querySelector(arguments[0]).open", details)
    assert "tools/chatgpt.yaml:" in browser.text(".why")


def test_a_source_opens_the_section_and_back_leads_to_the_answer(browser: Chromium) -> None:
    ask(browser, NO)

    browser.click(".sources a")
    title = browser.until(lambda: browser.text("h1"))
    browser.command("POST", "/back", {})
    browser.until(lambda: browser.count(".turn") == 1)

    assert title == "Personal data"


def test_the_person_is_changed_and_it_is_said_and_shown(browser: Chromium) -> None:
    ask(browser, YES)

    browser.click("[popovertarget=people]")
    browser.until(lambda: browser.focused().startswith("input"))
    browser.type("jonas")
    listed = browser.run(
        "return [...document.querySelectorAll('#people-list li:not([hidden]) strong')]"
        ".map(e => e.textContent)"
    )
    browser.press(TAB, ENTER)
    browser.until(lambda: browser.count("#became"))

    assert listed == ["Jonas Keller"]
    assert browser.focused() == "p#became.became"
    assert "You are now Jonas Keller" in browser.text("#became")
    assert browser.text(".you .who strong") == "Jonas Keller"
    assert browser.run("return document.title").startswith("Ask: Jonas Keller")
    assert browser.count(".turn") == 0
    browser.click(".chip.again")
    browser.until(lambda: browser.count(".turn") == 1)
    assert browser.text(".turn .badge") == "Not allowed"


def test_escape_closes_the_list_of_people_and_gives_the_focus_back(browser: Chromium) -> None:
    browser.run("document.querySelector('[popovertarget=people]').focus()")
    browser.press(ENTER)
    browser.until(lambda: browser.focused().startswith("input"))

    browser.press(ESCAPE)

    assert browser.focused() == "button.button"
    assert browser.run("return !document.getElementById('people').matches(':popover-open')")


def test_everything_is_reached_by_keyboard_in_order_with_a_focus_that_shows(
    browser: Chromium,
) -> None:
    ask(browser, NO)
    browser.open(browser.run("return location.origin"))
    seen = []
    for _ in range(60):
        browser.press(TAB)
        seen.append(browser.focused())
        if seen[-1].startswith("body"):
            break
        ring = browser.run(
            "const e = document.activeElement, ringed = e => getComputedStyle(e).outlineStyle;"
            "return [e, e.closest('#ask') || e].some(e => ringed(e) !== 'none')"
        )
        assert ring, seen[-1]
        covered = browser.run(
            "const e = document.activeElement, at = e.getBoundingClientRect();"
            "if (e.closest('.composer')) return false;"
            "const bar = document.querySelector('.composer').getBoundingClientRect();"
            "return at.top >= bar.top || at.bottom < 0"
        )
        assert not covered, seen[-1]

    assert seen[0] == "a.skip"
    assert seen[1] == "a.brand"
    where = [seen.index(name) for name in ("button.button", "button.chip", "summary")]
    assert [*where, seen.index("textarea#text")] == sorted([*where, seen.index("textarea#text")])
    assert seen.index("textarea#text") < seen.index("button.send")


def test_the_skip_link_leads_past_the_navigation(browser: Chromium) -> None:
    browser.press(TAB, ENTER)
    browser.press(TAB)

    assert browser.focused() == "button.chip"


def test_shift_and_enter_begin_a_new_line_and_nothing_is_sent_when_empty(
    browser: Chromium,
) -> None:
    browser.run("document.getElementById('text').focus()")

    browser.press(ENTER, "a", SHIFT + ENTER, "b")

    assert browser.run("return document.getElementById('text').value") == "a\nb"
    assert browser.count(".turn") == 0


def test_waiting_is_shown_and_said(browser: Chromium) -> None:
    browser.cdp("Network.enable")
    slow = {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.cdp("Network.emulateNetworkConditions", **slow)
    try:
        browser.write("#text", NO + ENTER)

        browser.until(lambda: browser.count("#pending:not([hidden])"))
        assert browser.text("#pending .asked") == NO
        assert browser.text("#pending [role=status]") == "Looking it up …"
        assert browser.count("#log[aria-busy=true]") == 1
        browser.until(lambda: browser.count(".turn") == 1)
        browser.until(lambda: browser.count("#pending[hidden]"))
        assert browser.count("#log[aria-busy]") == 0
    finally:
        browser.cdp("Network.emulateNetworkConditions", **{**slow, "latency": 0})


def test_without_a_server_it_says_so_and_keeps_the_question(browser: Chromium) -> None:
    browser.cdp("Network.enable")
    gone = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    browser.cdp("Network.emulateNetworkConditions", **gone)
    try:
        browser.write("#text", NO + ENTER)

        browser.until(lambda: browser.text("#trouble"))
        assert "No answer came back" in browser.text("#trouble[role=alert]")
        assert browser.run("return document.getElementById('text').value") == NO
        assert browser.focused() == "textarea#text"
    finally:
        back = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
        browser.cdp("Network.emulateNetworkConditions", **{**gone, **back})
        browser.complaints()
    ask(browser, "")
    assert browser.text("#trouble") == ""


def test_the_catalogue_follows_the_filters_while_they_are_set(browser: Chromium) -> None:
    browser.open(browser.run("return location.origin") + "/tools")
    everything = browser.count(".shelf")

    browser.write("#q", "chatgtp")
    browser.until(lambda: browser.count(".shelf") < everything)
    searched = browser.run("return document.querySelector('.shelf h2').textContent")
    browser.run(
        "const data = document.getElementById('data'); data.value = 'secret';"
        "data.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    browser.until(lambda: browser.count(".edition.stop") == browser.count(".edition"))

    assert searched == "ChatGPT"
    assert "data=secret" in browser.run("return location.search")
    assert browser.focused() == "input#q"
    assert browser.text("#count[role=status]") == "1 tool, 2 editions"


def test_a_new_conversation_is_empty(browser: Chromium) -> None:
    ask(browser, NO)

    browser.click(".under button")
    browser.until(lambda: browser.count(".turn") == 0)

    assert browser.text(".you .who strong") == "Ana Ruiz"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_phone_never_scrolls_sideways(
    browser: Chromium, address: str, path: str, dark: bool
) -> None:
    browser.look(width=360, height=740, dark=dark)
    browser.open(address + path)
    if path == "/":
        ask(browser, WHICH)
        ask(browser, NO)
        ask(browser, "x" * 200)
        browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")

    wide = browser.run(
        "const shown = e => !e.closest('.unseen, [popover]');"
        "const wide = e => e.getBoundingClientRect().right > innerWidth + 1;"
        "return [...document.querySelectorAll('body *')].filter(e => shown(e) && wide(e))"
        ".map(e => e.outerHTML.slice(0, 80))"
    )

    assert wide == []
    assert browser.run("return document.documentElement.scrollWidth") == 360
    browser.complaints()


def test_targets_are_large_enough_for_a_finger(browser: Chromium) -> None:
    browser.look(width=360, height=740)
    ask(browser, WHICH)

    small = browser.run(
        "return [...document.querySelectorAll('button, .button, summary, nav a')]"
        ".filter(e => e.offsetParent && !e.disabled && e.getBoundingClientRect().height < 24)"
        ".map(e => e.outerHTML.slice(0, 80))"
    )

    assert small == []


def test_it_works_without_a_script(address: str) -> None:
    with chromium(scripts=False) as browser:
        browser.open(address)
        browser.write("#text", WHICH)
        browser.click(".send")
        browser.until(lambda: browser.count(".turn") == 1)
        browser.click(".choice")
        browser.until(lambda: browser.count(".turn") == 2)
        asked = browser.text(".turn:last-child .asked")
        browser.open(f"{address}/tools")
        browser.write("#q", "chatgtp")
        browser.click("form.filters button")
        browser.until(lambda: browser.count(".shelf") == 1)
        browser.click("[popovertarget=people]")
        browser.click("button[value=noah]")
        browser.until(lambda: browser.count("#became"))
        notice = browser.text("main")

    assert asked.endswith("Public")
    assert "You are now Noah Evans" in notice
    assert "Employees, contractors, agencies and guests" in notice


@pytest.mark.skipif(not AXE.exists(), reason="needs axe: npm install --no-save axe-core")
@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
@pytest.mark.parametrize("path", [*PAGES, "people", "answers"])
def test_no_barrier_is_found(
    browser: Chromium, address: str, path: str, width: int, dark: bool
) -> None:
    browser.look(width=width, height=900, dark=dark)
    browser.open(address + (path if path.startswith("/") else "/"))
    if path in {"/", "answers"}:
        for question in (WHICH, NO, YES, "can I use Krea for moodboards?", "hello"):
            ask(browser, question)
        browser.run("document.querySelectorAll('details').forEach(e => e.open = true)")
    if path == "people":
        browser.click("[popovertarget=people]")
    if path == "answers":
        browser.click(".turn:nth-child(2) .record a")
        browser.until(lambda: browser.count(".decision"))
    browser.run(Path(AXE).read_text("utf-8"))

    found = browser.run_async(
        "axe.run({resultTypes: ['violations']}).then(r => arguments[0]("
        "r.violations.map(v => [v.id, v.nodes.map(n => n.html + ' ' + n.failureSummary)])))"
    )

    browser.complaints()
    assert found == []
