"""`python -m hostile.browser`: records in browser.json what Chromium shows of each sample, without scripts."""

import html
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RECORDED = Path(__file__).with_name("browser.json")

# Visible text contains "seen", hidden text "unseen".
SAMPLES = (
    "<p>seen</p>",
    "<p>seen<p>seen too",
    "<b><p>seen</b> seen too</p>",
    "<a href=https://one.test>seen<a href=https://two.test>seen too",
    "<a href=https://one.test><p>seen</a> seen too</p>",
    "<p style='display:none'>unseen</p><p>seen",
    "<p style='DISPLAY : NONE'>unseen</p><p>seen",
    "<p style='visibility:hidden'>unseen</p><p>seen",
    "<p hidden>unseen</p><p>seen",
    "<div style='display:none'><p style='display:block'>unseen</p></div>seen",
    "<table style='display:none'><tr><td>unseen</table>seen",
    "<table><div style='display:none'>unseen</div><tr><td>seen</table>",
    "<p>seen<!-- unseen --> seen too",
    "<p>seen<!-- unseen --!> seen too",
    "<p>seen<!--> seen too --> and this",
    "<p>seen<!---> seen too",
    "<p>seen<! unseen > seen too",
    "<p>seen<? unseen > seen too",
    "<p>seen</ unseen> seen too",
    "<p>seen<![CDATA[ unseen ]]> seen too",
    "<p>seen<!-- unseen",
    "<p>seen<!--[if mso]> unseen <![endif]--> seen too",
    "<!--[if !mso]><!--> seen <!--<![endif]-->",
    "<noscript>seen <a href=https://one.test>seen too</a></noscript>",
    "<noscript><p style='display:none'>unseen</noscript>seen",
    "<script>unseen</script>seen",
    "<script><!-- unseen </script>seen",
    "<script>unseen<script></script>seen",
    "<style>unseen</style>seen",
    "<style>p{color:red}</style><p>seen",
    "<title>unseen</title>seen",
    "<title><b>unseen</b></title>seen",
    "<head><p>seen</head>",
    "<textarea>unseen</textarea>seen",
    "<template>unseen<a href=https://one.test>unseen</a></template>seen",
    "<iframe>unseen</iframe>seen",
    "<noembed>unseen</noembed>seen",
    "<noframes>unseen</noframes>seen",
    "<xmp><b>seen</b></xmp>",
    "<plaintext>seen <a href=https://one.test>seen too",
    "<video>unseen</video>seen",
    "<audio>unseen</audio>seen",
    "<canvas>unseen</canvas>seen",
    "<object>seen</object>",
    "<dialog>unseen</dialog>seen",
    "<dialog open>seen</dialog>",
    "<details>unseen</details>seen",
    "<details><summary>seen</summary>unseen</details>",
    "<details open><summary>seen</summary>seen too</details>",
    "<select><option>seen</select>",
    "<datalist><option>unseen</datalist>seen",
    "<input type=hidden value=unseen>seen",
    "<button>seen</button>",
    "<button formaction=https://one.test>seen</button>",
    "<form action=https://one.test><input value=unseen>seen",
    "<form action=https://one.test><form action=https://two.test>seen",
    "<ruby>seen<rp>unseen</rp><rt>seen</rt></ruby>",
    "<svg><text>seen</text></svg>",
    "<svg><title>unseen</title><text>seen</text></svg>",
    "<svg><a href=https://one.test><text>seen</text></a></svg>",
    "<svg><a xlink:href=https://one.test><text>seen</text></a></svg>",
    "<svg><p>seen",
    "<math><mi>seen</mi></math>",
    "<marquee>seen</marquee>",
    "<center>seen</center><font color=red>seen</font>",
    "<map><area href=https://one.test></map>seen",
    "<base href=https://base.test/><a href=page>seen</a>",
    "<a href=page>seen</a><base href=https://base.test/>",
    "<base href=https://base.test/><base href=https://two.test/><a href=//three.test/>seen</a><a href=x>seen</a>",
    "<p><base href=https://base.test/><a href=/x>seen</a>",
    "<a href='https://one.test'>seen</a>",
    '<a href="https://one.test">seen</a>',
    "<a href=https://one.test/a>b>seen</a>",
    "<a href = https://one.test >seen</a>",
    "<a\nhref\n=\nhttps://one.test>seen</a>",
    "<a/href=https://one.test>seen</a>",
    "<A HREF=https://ONE.test>seen</A>",
    "<a href=https://one.test href=https://two.test>seen</a>",
    "<a title='>' href=https://one.test>seen</a>",
    '<a title="\'" href=https://one.test>seen</a>',
    "<a title=' href=https://one.test>unseen</a>",
    "<a href='ht&#116;ps://one.test'>seen</a>",
    "<a href='https&colon;//one.test'>seen</a>",
    "<a href='https://one.test&sol;x'>seen</a>",
    "<a href='\thttps://one.test'>seen</a>",
    "<a href='ht\ntps://one.test'>seen</a>",
    "<a href='https:\\\\one.test'>seen</a>",
    "<a href='https:/\\one.test'>seen</a>",
    "<a href='https:one.test'>seen</a>",
    "<a href='https:////one.test'>seen</a>",
    "<a href='https://user@one.test'>seen</a>",
    "<a href='https://one.test:8443/'>seen</a>",
    "<a href='https://ONE。test/'>seen</a>",
    "<a href='https://bücher.test/'>seen</a>",
    "<a href='https://0x7f000001/'>seen</a>",
    "<a href='https://2130706433/'>seen</a>",
    "<a href='https://017700000001/'>seen</a>",
    "<a href='https://127.1/'>seen</a>",
    "<a href='https://%6fne.test/'>seen</a>",
    "<a href='https://[::1]/'>seen</a>",
    "<a name=x>seen</a>",
    "<link rel=stylesheet href=https://one.test>seen",
    "se<b></b>en",
    "s&#101;&#x65;n &lt;seen&gt; &ampseen &notit; &#0; &#x80;",
    "&nbsp;seen&shy;seen&zwnj;",
    "<p>seen<br>seen<hr>seen",
    "<ul><li>seen<li>seen</ul>",
    "<table><tr><td>seen<td>seen<tr><td>seen</table>",
    "<table>seen<tr><td>seen</table>",
    "<table><tr><a href=https://one.test>seen<td>seen</table>",
    "<frameset><frame src=https://one.test></frameset>",
    "<body><body hidden>unseen",
    "<p>seen</p><body style='display:none'>unseen",
    "<div><div><div></p>seen",
    "</p>seen</br>seen",
    "<image src=https://one.test>seen",
    "<p id=a<b>seen",
    "<b/>seen</b>",
    "<p/style=display:none>unseen",
    "<p style=display:none/>unseen",
    "<p style='display:none;display:block'>seen",
    "<p style='/*display:none*/'>seen",
    "<p style='display:none !important'>unseen</p>seen",
    "<p style='display&#58;none'>unseen</p>seen",
    "<p style='content-visibility:hidden'>unseen</p>seen",
)

_SCRIPT = """
const results = [];
for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    const links = [...page.querySelectorAll("a, area, form[action], button[formaction]")]
        .map((one) => one.formAction ?? (one.tagName === "FORM" ? one.action : (one.href?.baseVal ?? one.href)))
        .map((url) => { try { return new URL(url).hostname; } catch { return ""; } })
        .filter((host) => host);
    results.push({ text: page.documentElement.innerText ?? "", links });
}
document.body.innerHTML = "";
document.body.textContent = "RECORDED" + JSON.stringify(results) + "END";
"""


def record() -> list[dict[str, object]]:
    frames = "".join(
        f'<iframe sandbox="allow-same-origin" srcdoc="{html.escape(sample)}"></iframe>' for sample in SAMPLES
    )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "samples.html"
        page.write_text(
            f"<!DOCTYPE html><meta charset=utf-8><body>{frames}"
            f"<script>addEventListener('load', () => {{ {_SCRIPT} }})</script>",
            encoding="utf-8",
        )
        browser = os.environ.get("CHROMIUM", "chromium")
        command = [browser, "--headless", "--no-sandbox", "--virtual-time-budget=10000", "--dump-dom", page.as_uri()]
        shown = subprocess.run(command, capture_output=True, check=True, timeout=120, text=True).stdout  # noqa: S603
    found = re.search(r"RECORDED(.*)END", shown, re.DOTALL)
    if found is None:
        raise SystemExit(f'command "{browser}": showed no result')
    results = json.loads(html.unescape(found[1]))
    return [{"html": sample, **result} for sample, result in zip(SAMPLES, results, strict=True)]


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(record(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{RECORDED.name}: {len(SAMPLES)} samples\n")
