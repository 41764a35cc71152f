import { UserError } from "@spot-messaging/topology";
import { expect, it } from "vitest";
import { lastOutputLines, runCommand } from "../../src/images/command.ts";

const wayOut = "do it by hand";

it("is silent about a command that succeeds", async () => {
    await expect(
        runCommand({ program: "sh", arguments: ["-c", "echo fine"], wayOut }),
    ).resolves.toBeUndefined();
});

it.each([
    [
        "a failure with the last lines of both outputs",
        "sh",
        ["-c", "seq 9; echo no room >&2; exit 7"],
        'command "sh -c seq 9; echo no room >&2; exit 7": failed with exit code 7: ',
    ],
    ["a signal", "sh", ["-c", "kill -9 $$"], 'command "sh -c kill -9 $$": failed with signal SIGKILL; '],
    [
        "a program that is missing",
        "no-such-program",
        [],
        'command "no-such-program": cannot be run: spawn no-such-program ENOENT; ',
    ],
])("tells %s, and the way out", async (_, program, list, beginning) => {
    const error: unknown = await runCommand({ program, arguments: list, wayOut }).catch(
        (problem: unknown) => problem,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toContain(beginning);
    expect(String(error)).toMatch(/; do it by hand$/);
});

it.each([
    ["", ""],
    ["\n \n", ""],
    ["one\r\ntwo\n", ": one | two"],
    ["1\n2\n3\n4\n5\n6\n", ": 2 | 3 | 4 | 5 | 6"],
])("ends a sentence with the last lines of %j", (output, ending) => {
    expect(lastOutputLines(output)).toBe(ending);
});
