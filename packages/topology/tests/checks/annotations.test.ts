import { describe, expect, it } from "vitest";
import { renderAnnotations } from "../../src/checks/report/annotations.ts";

const finding = {
    rule: "lonelyQueue",
    severity: "warning" as const,
    place: 'vhost "v": queue "q"',
    message: "has 100 % nothing\r\n::error::",
    fix: "add one",
};

describe("findings as annotations", () => {
    it("are escaped, so that no name can begin a command or a property", () => {
        expect(renderAnnotations([{ finding, location: { file: "a,b:c.json", line: 3, column: 7 } }])).toBe(
            '::warning file=a%2Cb%3Ac.json,line=3,col=7,title=lonelyQueue::vhost "v": queue "q": has 100 %25 nothing%0D%0A::error::; add one',
        );
    });

    it("are titled as new or absent with the target version, and absent ones are only notices", () => {
        const error = { ...finding, severity: "error" as const, message: "x" };
        expect(
            renderAnnotations([
                { finding: error, location: undefined, state: "new" },
                { finding: error, location: undefined, state: "absent" },
                { finding: error, location: undefined, state: "unchanged" },
            ]),
        ).toBe(
            [
                '::error title=lonelyQueue (new with the target version)::vhost "v": queue "q": x; add one',
                '::notice title=lonelyQueue (absent with the target version)::vhost "v": queue "q": x; add one',
                '::error title=lonelyQueue::vhost "v": queue "q": x; add one',
            ].join("\n"),
        );
    });

    it("need no location, and contain the reason of their acceptance", () => {
        expect(
            renderAnnotations([
                {
                    finding: { ...finding, severity: "note", message: "x" },
                    location: undefined,
                    accepted: "y",
                },
                { finding: { ...finding, severity: "error", message: "x" }, location: { file: "f" } },
            ]),
        ).toBe(
            '::notice title=lonelyQueue::vhost "v": queue "q": x; add one (accepted: y)\n::error file=f,title=lonelyQueue::vhost "v": queue "q": x; add one',
        );
    });
});
