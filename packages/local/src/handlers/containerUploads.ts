import { pack } from "tar-stream";
import type { ContainerInputs } from "./containerInputs.ts";

const plainMode = 0o644;
const executableMode = 0o744;

/** The uploads as one archive to unpack at the container's root. The owner is root; Docker creates missing folders. */
export async function uploadArchive(uploads: ContainerInputs["uploads"]): Promise<Buffer> {
    const archive = pack();
    for (const { file, content, contentBase64, permissions, executable } of uploads) {
        const mode =
            permissions === undefined
                ? executable
                    ? executableMode
                    : plainMode
                : Number.parseInt(permissions, 8);
        const bytes =
            contentBase64 === undefined ? Buffer.from(content ?? "") : Buffer.from(contentBase64, "base64");
        archive.entry({ name: file.replace(/^\/+/, ""), mode }, bytes);
    }
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) {
        chunks.push(chunk as Buffer); // A pack stream yields only buffers.
    }
    return Buffer.concat(chunks);
}
