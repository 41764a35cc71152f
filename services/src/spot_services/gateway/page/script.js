// The page of the gateway. Everything that comes from an e-mail is set as text, never as HTML.

const REFRESH_MS = 2000;
const TERMINAL = new Set(["completed", "failed"]);
const STATES = {
    accepted: "Accepted: waits for its analysis",
    unknown: "Not confirmed yet: the gateway finds out whether it was accepted",
    running: "Analysis is running",
    failed: "Failed: the analysis is incomplete",
};

const element = (id) => document.getElementById(id);
const form = element("submission");
const file = element("file");
const drop = element("drop");

let token = sessionStorage.getItem("spot-token") ?? "";
let shown;
let listed = "";
// A repetition of the same submission has the same key, so it never makes a second analysis.
let attempt;

class Problem extends Error {
    constructor(text, answer = {}, status = 0) {
        super(text);
        this.answer = answer;
        this.status = status;
    }
}

async function send(path, options = {}) {
    const headers = { ...options.headers, ...(token === "" ? {} : { Authorization: `Bearer ${token}` }) };
    let response;
    try {
        response = await fetch(path, { ...options, headers, credentials: "omit" });
    } catch {
        throw new Problem("The gateway does not answer. Check the connection and try again.");
    }
    const answer = await response.json().catch(() => ({}));
    if (response.status === 401) {
        element("access").hidden = false;
    }
    if (!response.ok) {
        throw new Problem(answer.error ?? `The gateway answered with status ${response.status}.`, answer, response.status);
    }
    return answer;
}

function make(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) {
        made.className = className;
    }
    return made;
}

function tell(text, isError = false) {
    const message = element("message");
    message.textContent = text;
    message.classList.toggle("error", isError);
}

function verdictOf({ state, verdict }) {
    return state === "completed" && verdict ? verdict : state;
}

function describe(analysis) {
    const verdict = verdictOf(analysis);
    return STATES[verdict] ?? verdict.charAt(0).toUpperCase() + verdict.slice(1);
}

function when(time) {
    return time ? new Date(time).toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" }) : "";
}

function list(title, lines) {
    const items = document.createElement("ul");
    items.append(...lines.map((line) => make("li", line)));
    return [make("h3", title), items];
}

function render(analysis) {
    element("result").hidden = false;
    const verdict = element("verdict");
    const text = describe(analysis);
    if (verdict.textContent !== text) {
        verdict.textContent = text;
        verdict.className = `verdict ${verdictOf(analysis)}`;
    }
    const facts = [
        ["E-mail", analysis.subject ?? analysis.filename],
        ["Score", analysis.score == null ? undefined : `${analysis.score} of 100`],
        ["Submitted", when(analysis.submittedAt)],
        ["Finished", when(analysis.finishedAt)],
        ["Id", analysis.id],
    ];
    const given = facts.filter(([, value]) => value != null && value !== "");
    element("facts").replaceChildren(...given.flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
    const reasons = analysis.reasons ?? [];
    element("reasons").replaceChildren(...(reasons.length > 0 ? list("Reasons", reasons) : []));
    const findings = (analysis.findings ?? []).filter(({ signals }) => signals?.length > 0);
    element("findings").replaceChildren(
        ...findings.flatMap(({ analyzer, signals }) =>
            list(
                `Signals of ${analyzer}`,
                signals.map(({ severity, detail }) => `${severity}: ${detail}`),
            ),
        ),
    );
}

function row(analysis) {
    const made = document.createElement("tr");
    const open = make("button", analysis.subject || analysis.filename || analysis.id);
    open.type = "button";
    open.addEventListener("click", () => {
        void show(analysis.id);
    });
    const name = document.createElement("td");
    name.append(open);
    made.append(
        name,
        make("td", verdictOf(analysis), verdictOf(analysis)),
        make("td", analysis.score == null ? "" : String(analysis.score)),
        make("td", when(analysis.submittedAt)),
    );
    return made;
}

async function refreshList() {
    const { submitted, running, analyses } = await send("/analyses?list=1");
    const current = JSON.stringify(analyses);
    element("counts").textContent = `${submitted} submitted, ${running} running`;
    // A focused row stays as it is until something changed.
    if (current !== listed) {
        const focused = [...element("rows").rows].findIndex((each) => each.contains(document.activeElement));
        listed = current;
        element("rows").replaceChildren(...(analyses ?? []).map(row));
        element("rows").rows[focused]?.querySelector("button").focus();
    }
}

async function refreshResult() {
    if (shown === undefined || TERMINAL.has(shown.state)) {
        return;
    }
    const { id } = shown;
    const answer = await send(`/analyses/${encodeURIComponent(id)}`);
    // Another analysis can be open by now.
    if (shown.id === id) {
        shown = answer;
        render(answer);
    }
}

async function show(id) {
    shown = { id, state: "accepted" };
    render(shown);
    element("result-title").focus();
    await refreshResult().catch((problem) => tell(problem.message, true));
}

async function submit() {
    const [mail] = file.files;
    const urgency = new FormData(form).get("urgency");
    if (mail === undefined) {
        return;
    }
    const same = attempt?.mail === mail && attempt.urgency === urgency;
    attempt = same ? attempt : { mail, urgency, key: randomKey() };
    const query = new URLSearchParams({ urgency, filename: mail.name });
    element("submit").disabled = true;
    tell(`Sending ${mail.name}`);
    try {
        const { id } = await send(`/analyses?${query}`, {
            method: "POST",
            body: mail,
            headers: { "Content-Type": "message/rfc822", "Idempotency-Key": attempt.key },
        });
        attempt = undefined;
        tell(`Accepted: ${mail.name}`);
        await show(id);
    } catch (problem) {
        tell(problem.message, true);
    } finally {
        element("submit").disabled = false;
    }
}

// crypto.randomUUID exists only on https and localhost.
function randomKey() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function refresh() {
    if (!document.hidden) {
        try {
            await refreshList();
            await refreshResult();
            element("counts").classList.remove("error");
        } catch (problem) {
            element("counts").textContent = problem.message;
            element("counts").classList.add("error");
        }
    }
    setTimeout(refresh, REFRESH_MS);
}

form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
});

element("access").addEventListener("submit", (event) => {
    event.preventDefault();
    token = element("token").value;
    sessionStorage.setItem("spot-token", token);
    refreshList()
        .then(() => {
            element("access").hidden = true;
            tell("");
            file.focus();
        })
        .catch((problem) => tell(problem.message, true));
});

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", name === "dragenter" || name === "dragover");
        if (name === "drop" && event.dataTransfer.files.length > 0) {
            file.files = event.dataTransfer.files;
        }
    });
}

void refresh();
