import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { projectRoot } from "../../../src/cli/project.ts";

const project = z.object({
    config: z.record(
        z.string(),
        z.object({ type: z.string(), description: z.string(), default: z.unknown() }),
    ),
});

function row(key: string, type: string, description: string, value: unknown): string {
    const shown =
        value === "" || (Array.isArray(value) && value.length === 0) ? "" : `\`${JSON.stringify(value)}\``;
    return `| \`${key.replace(/^.*:/, "")}\` | ${type} | ${shown} | ${description.replaceAll("|", "\\|")} |`;
}

function page(): string {
    const { config } = project.parse(parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")));
    const rows = Object.entries(config).map(([key, { type, description, default: value }]) =>
        row(key, type, description, value),
    );
    return `# Configuration

\`Pulumi.yaml\` declares every key of spot's stacks with type, meaning and default; \`Pulumi.<stack>.yaml\` holds what differs. In both files a key is written with its
namespace, such as \`spot-messaging:nodes\`. A stack of your own is a file of your own: \`npm start -- --stack mine\`. \`npm run pins\` writes this page from \`Pulumi.yaml\`.

A description that begins with \`docker\`, \`kubernetes\` or \`external\` is about stacks with that value of \`cluster\`.

| key | type | default | meaning |
|---|---|---|---|
${rows.join("\n")}
| \`password\` | secret | | external: password of the administrator \`username\` |
| \`databaseUrl\` | secret | | external database: URL of its owner, \`postgresql://owner:password@host:5432/database\`, who may create roles; the services get roles of their own |
| \`objectStoreAccessKey\`, \`objectStoreSecretKey\` | secret | | keys of the object store with which the gateway reads, writes and deletes |
| \`objectStoreReadAccessKey\`, \`objectStoreReadSecretKey\` | secret | | keys with which analyzers only read; without them they have the gateway's |

A secret is set with \`pulumi config set --secret spot-messaging:password\`.
`;
}

it("describes every configuration key as Pulumi.yaml does", async () => {
    await expect(page()).toMatchFileSnapshot(join(projectRoot, "docs/reference/configuration.md"));
});
