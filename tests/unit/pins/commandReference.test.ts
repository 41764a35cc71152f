import { join } from "node:path";
import { expect, it } from "vitest";
import { topology } from "../../../packages/cli/tests/topologyRun.ts";
import { projectRoot } from "../../../src/cli/project.ts";

async function helpOf(...command: readonly string[]): Promise<string> {
    const { exitCode, output } = await topology([...command, "--help"]);
    expect(exitCode).toBe(0);
    return output.trimEnd();
}

/** The commands that the help of `topology` lists, but `help` itself. */
function commandsIn(help: string): readonly string[] {
    const [, list = ""] = /\nCommands:\n([^]*?)\n\n/.exec(help) ?? [];
    const listed = list.matchAll(/^ {2}([a-z]+)\b/gm);
    return [...listed].map(([, name = ""]) => name).filter((name) => name !== "help");
}

it("describes every command as its help does", async () => {
    const help = await helpOf();
    const parts = [
        `# The command topology

\`npx topology <command>\`, of the package [@spot-messaging/cli](../../packages/cli/README.md). This page is what \`--help\` prints; \`npm run pins\` writes it. Exit codes are in
[exit codes](exit-codes.md), machine-readable output in [JSON formats](json-formats.md).

\`\`\`text
${help}
\`\`\`
`,
    ];
    for (const name of commandsIn(help)) {
        parts.push(`## topology ${name}\n\n\`\`\`text\n${await helpOf(name)}\n\`\`\`\n`);
    }
    expect(parts.length).toBeGreaterThan(7);
    await expect(parts.join("\n")).toMatchFileSnapshot(join(projectRoot, "docs/reference/command.md"));
});
