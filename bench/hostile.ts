import { posix } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { ensureServicesImage } from "../src/images/servicesImage.ts";
import { healthFile, memoryMebibytes } from "../src/services/runtime/runtime.ts";

/**
 * Measures what hostile mails cost the analyzers, in a container of the services' image with the limits of production. Honest mails together
 * with hostile ones take at most twice as long. Four mails of 50 MB fit into the memory. services/tests/hostile/bench.py describes it.
 *
 * npm run bench:hostile [analyzer]...
 */
const docker = await connectContainerEngine(console.error);
const image = await ensureServicesImage(docker, console.error);
const { Config } = await docker.getImage(image).inspect();
const environment = Config.Env.map((each) => each.replace(/^PYTHONPATH=/, "$&/bench:"));
const memory = memoryMebibytes * 1024 * 1024;
const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["python3", "-m", "hostile.bench", ...process.argv.slice(2)],
    Env: [...environment, "PYTHONDONTWRITEBYTECODE=1"],
    HostConfig: {
        AutoRemove: true,
        Binds: [`${fileURLToPath(new URL("../services/tests", import.meta.url))}:/bench:ro`],
        CapDrop: ["ALL"],
        Init: true,
        Memory: memory,
        MemorySwap: memory,
        NetworkMode: "none",
        ReadonlyRootfs: true,
        SecurityOpt: ["no-new-privileges"],
        Tmpfs: { [posix.dirname(healthFile)]: "size=64m,mode=1777" },
    },
});
const output = await container.attach({ stream: true, stdout: true, stderr: true });
// The types of the library leave out the type of `modem`.
const modem = container.modem as {
    demuxStream(from: NodeJS.ReadableStream, out: NodeJS.WritableStream, err: NodeJS.WritableStream): void;
};
modem.demuxStream(output, process.stdout, process.stderr);
const ended = container.wait({ condition: "next-exit" });
for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => void container.kill());
}
await container.start();
const { StatusCode } = (await ended) as { StatusCode: number };
process.exitCode = StatusCode;
