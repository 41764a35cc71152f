import { type DebianImage, importDebianImage, type Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";

const image: DebianImage = {
    name: "spot-messaging/prometheus:trixie",
    suite: "trixie",
    packages: ["prometheus"],
    // The operator passes flags only, and expects the program of the published image.
    instructions: ['ENTRYPOINT ["/bin/prometheus"]', "USER 65534:65534", "WORKDIR /prometheus"],
};

/** An image of Prometheus. */
export interface PrometheusImage {
    readonly name: string;
    /** For `spec.version`, by which the operator chooses flags: such as `v2.53.3`. */
    readonly version: string;
}

/** Makes sure that the Docker Engine has an image of Prometheus, built from Debian's packages. */
export async function ensurePrometheusImage(docker: Docker, report: Report): Promise<PrometheusImage> {
    await importDebianImage(docker, image, report);
    return { name: image.name, version: await versionOf(docker) };
}

async function versionOf(docker: Docker): Promise<string> {
    const container = await docker.createContainer({ Image: image.name, Cmd: ["--version"] });
    try {
        await container.start();
        await container.wait();
        const output = (await container.logs({ stdout: true, stderr: true })).toString();
        const version = /version (\d+\.\d+\.\d+)/.exec(output)?.[1];
        if (version === undefined) {
            throw new Error(`image "${image.name}" does not print the version of Prometheus: ${output}`);
        }
        return `v${version}`;
    } finally {
        await container.remove({ force: true });
    }
}
