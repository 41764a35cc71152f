import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Writable } from "node:stream";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { projectRoot } from "../../../src/cli/project.ts";
import type { Cluster } from "./cluster.ts";

/** Writes so many mails of each family of the corpus, evenly chosen, one file each. */
const program = `
import pathlib, sys
from hostile.corpus import families, generate
number = 0
for family in families():
    count = sum(1 for _ in generate(family))
    chosen = {at * count // int(sys.argv[1]) for at in range(int(sys.argv[1]))}
    for at, mail in enumerate(generate(family)):
        if at in chosen:
            number += 1
            pathlib.Path(f"/out/{number:04}.eml").write_bytes(mail.raw)
`;

/** Mails of services/tests/hostile/corpus: some of each family, the largest of them of 50 MB. */
export async function hostileMails(
    { docker, folder }: Cluster,
    servicesImage: string,
    perFamily: number,
): Promise<readonly Buffer[]> {
    const place = path.join(folder, "hostile");
    mkdirSync(place);
    chmodSync(place, 0o777);
    const output = new PassThrough();
    const printed = text(output);
    const { Config } = await docker.getImage(servicesImage).inspect();
    const [{ StatusCode: code }] = (await docker.run(
        servicesImage,
        ["python3", "-c", program, String(perFamily)],
        [output, output] satisfies Writable[],
        {
            Entrypoint: [],
            Env: Config.Env.map((each) => each.replace(/^PYTHONPATH=/, "$&/tests:")),
            Tty: false,
            HostConfig: {
                AutoRemove: true,
                Binds: [`${path.join(projectRoot, "services", "tests")}:/tests:ro`, `${place}:/out`],
                NetworkMode: "none",
            },
        },
    )) as [{ StatusCode: number }]; // what the library resolves to
    output.end();
    if (code !== 0) {
        throw new Error(`the hostile mails cannot be generated: ${await printed}`);
    }
    const mails = readdirSync(place)
        .toSorted()
        .map((name) => readFileSync(path.join(place, name)));
    rmSync(place, { recursive: true });
    return mails;
}
