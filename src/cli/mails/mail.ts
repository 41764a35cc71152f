import { createReadStream } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import { mboxReader } from "mbox-reader";

/** An e-mail to analyse. */
export interface Mail {
    /** The file's name, with the number of the message if the file contains several. */
    readonly name: string;
    readonly content: Buffer;
}

const mailNames = /\.(eml|mbox|txt|mime)$/i;
/** Maildir messages have no extension. */
const maildirFolders = ["cur", "new"];

/**
 * Reads e-mails from files, mbox files and folders, in the order of their names. Folders include subfolders, but only `.eml`, `.mbox`,
 * `.txt`, `.mime` and Maildir messages.
 * @throws UsageError with every path that cannot be read, or if there is no message
 */
export async function readMail(paths: readonly string[]): Promise<readonly Mail[]> {
    const problems: string[] = [];
    const mails: Mail[] = [];
    for (const path of paths) {
        try {
            for (const file of await filesOf(path)) {
                mails.push(...(await mailsOf(file)));
            }
        } catch (error) {
            const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
            const why = reason === "ENOENT" ? "does not exist" : `cannot be read (${reason})`;
            problems.push(`path "${path}" ${why}; name .eml files, mbox files or folders`);
        }
    }
    if (problems.length > 0) {
        throw new UsageError(problems.join("\n"));
    }
    if (mails.length === 0) {
        throw new UsageError(
            `${paths.map((path) => `path "${path}"`).join(", ")} contains no e-mail; name .eml files, mbox files or folders`,
        );
    }
    return mails;
}

async function filesOf(path: string): Promise<readonly string[]> {
    if (!(await stat(path)).isDirectory()) {
        return [path];
    }
    const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
    const nested = await Promise.all(
        entries
            .filter((entry) => !entry.name.startsWith("."))
            .map(async (entry) => {
                const inside = join(path, entry.name);
                if (entry.isDirectory()) {
                    return await filesOf(inside);
                }
                const counts = mailNames.test(entry.name) || maildirFolders.includes(basename(path));
                return entry.isFile() && counts ? [inside] : [];
            }),
    );
    return nested.flat();
}

async function mailsOf(file: string): Promise<readonly Mail[]> {
    if (!(await isMbox(file))) {
        return [{ name: basename(file), content: await readFile(file) }];
    }
    const mails: Mail[] = [];
    for await (const { content } of mboxReader(createReadStream(file))) {
        mails.push({ name: `${basename(file)}#${mails.length + 1}`, content });
    }
    return mails;
}

/**
 * Whether a file is an mbox. The extension decides, because a single message can begin with the same line; without a known extension, the
 * first line decides.
 */
async function isMbox(file: string): Promise<boolean> {
    if (/\.mbox$/i.test(file)) {
        return true;
    }
    if (mailNames.test(file)) {
        return false;
    }
    const handle = await open(file);
    try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(5), 0, 5, 0);
        return bytesRead === 5 && buffer.toString("latin1") === "From ";
    } finally {
        await handle.close();
    }
}
