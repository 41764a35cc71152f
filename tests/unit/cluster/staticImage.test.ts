import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureStaticImage, type StaticImage, staticImageName } from "../../support/staticImage.ts";

let folder: string;
let image: StaticImage;

beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "spot-messaging-"));
    const program = path.join(folder, "manager-v1-0123456789ab");
    writeFileSync(program, "a program\n");
    image = {
        repository: `spot-messaging/${path.basename(folder).toLowerCase()}`,
        program,
        path: "/operator/manager_amd64",
        links: ["/manager"],
        instructions: ["USER 65532:65532"],
    };
});

afterEach(() => {
    rmSync(folder, { recursive: true });
});

/** An engine that has images by name, and notes what it imports and removes. */
class Engine {
    readonly names: string[];
    readonly imported: { repo: string; tag: string; changes: string[]; entries: Entry[] }[] = [];
    readonly modem = {
        followProgress: (_: unknown, finished: (error: Error | null, lines: unknown[]) => void): void => {
            finished(null, []);
        },
    };

    constructor(names: readonly string[] = []) {
        this.names = [...names];
    }

    readonly getImage = (
        name: string,
    ): { inspect: () => Promise<unknown>; remove: () => Promise<unknown> } => ({
        inspect: async () =>
            await (this.names.includes(name)
                ? Promise.resolve({})
                : Promise.reject(Object.assign(new Error("no such image"), { statusCode: 404 }))),
        remove: async () => {
            this.names.splice(this.names.indexOf(name), 1);
            return await Promise.resolve({});
        },
    });

    /** The newest last. */
    readonly listImages = async (): Promise<unknown[]> =>
        await Promise.resolve(this.names.map((name, index) => ({ RepoTags: [name], Created: index })));

    readonly importImage = async (
        archive: NodeJS.ReadableStream,
        options: { repo: string; tag: string; changes: string[] },
    ): Promise<NodeJS.ReadableStream> => {
        const { repo, tag, changes } = options;
        this.imported.push({ repo, tag, changes, entries: await entriesOf(archive) });
        this.names.push(`${repo}:${tag}`);
        return Readable.from([]);
    };
}

interface Entry {
    readonly name: string;
    readonly mode: string;
    readonly content: string;
}

async function entriesOf(archive: NodeJS.ReadableStream): Promise<Entry[]> {
    const entries: Entry[] = [];
    const extract = tar.extract();
    archive.pipe(extract);
    for await (const entry of extract) {
        const { name, mode, type, linkname } = entry.header;
        let content = type === "symlink" ? linkname : "";
        for await (const chunk of entry) {
            content += String(chunk);
        }
        entries.push({ name, mode: (mode & 0o7777).toString(8), content });
    }
    return entries.toSorted((one, other) => one.name.localeCompare(other.name));
}

async function ensure(engine: Engine): Promise<string> {
    return await ensureStaticImage(engine as unknown as Docker, image, () => undefined); // what it uses of an engine
}

it("imports the program, its further paths and /tmp, with the configuration of containers", async () => {
    const engine = new Engine();
    const name = await ensure(engine);
    const [imported] = engine.imported;
    expect(`${imported?.repo}:${imported?.tag}`).toBe(name);
    expect(imported?.changes).toEqual(["USER 65532:65532", "LABEL spot-messaging.origin=program"]);
    expect(imported?.entries.filter(({ name: file }) => file !== "./")).toEqual([
        { name: "./manager", mode: "777", content: "/operator/manager_amd64" },
        { name: "./operator/", mode: "755", content: "" },
        { name: "./operator/manager_amd64", mode: "755", content: "a program\n" },
        { name: "./tmp/", mode: "1777", content: "" },
    ]);
});

it("imports nothing where the engine has the image", async () => {
    const engine = new Engine([staticImageName(image)]);
    await ensure(engine);
    expect(engine.imported).toEqual([]);
});

it("removes the images of older programs except the previous one", async () => {
    const [oldest, previous] = [`${image.repository}:1`, `${image.repository}:2`];
    const engine = new Engine([oldest, previous]);
    const name = await ensure(engine);
    expect(engine.names).toEqual([previous, name]);
});

it.each([
    ["another program", { program: "/cache/manager-v2-0123456789ab" }],
    ["another path", { path: "/manager" }],
    ["other links", { links: [] }],
    ["another user", { instructions: ["USER 1000"] }],
])("has another name for %s", (_, change) => {
    expect(staticImageName({ ...image, ...change })).not.toBe(staticImageName(image));
});

it("has the same name wherever the program's cache is", () => {
    const other = { ...image, program: `/elsewhere/${path.basename(image.program)}` };
    expect(staticImageName(other)).toBe(staticImageName(image));
});
