import { type BrokerVersion, UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import {
    type DebianImage,
    debianImageProblem,
    importDebianImage,
    isOutdatedDebianImage,
} from "./debianImage.ts";
import { hasImage } from "./localImage.ts";
import { pullImage } from "./pullImage.ts";
import type { Report } from "./report.ts";

/** A broker image and the version of RabbitMQ in it. */
export interface BrokerImage {
    /** A tag, optionally with a digest: `rabbitmq:4.3-management`. */
    readonly image: string;
    readonly version: BrokerVersion;
}

/** The Debian releases that contain this version of RabbitMQ. */
const suites: Partial<Record<BrokerVersion, DebianImage["suite"]>> = { "4.0": "trixie", "4.3": "sid" };

/** As the official image's entry point: root becomes the user of the broker, and a container that has another user keeps it. */
const start =
    '[ "$(id -u)" != 0 ] || exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups rabbitmq-server; exec rabbitmq-server';

/**
 * The same settings as in the official image. The first folder of PATH has RabbitMQ's own programs: Debian's wrappers of the same names
 * discard the log and do not pass on the stop signal.
 */
const instructions = [
    "ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV HOME=/var/lib/rabbitmq",
    "ENV LANG=C.UTF-8",
    "EXPOSE 4369 5671 5672 15671 15672 15691 15692 25672",
    `CMD ${JSON.stringify(["sh", "-c", start])}`,
];

/**
 * Makes sure that the Docker Engine has the broker's image. If it is missing, it is pulled; if no registry is reachable, this machine
 * builds it from Debian's packages under the same name.
 * @throws UserError `image "rabbitmq:4.1-management": cannot be pulled (…), and Debian has no RabbitMQ 4.1; …`
 */
export async function ensureBrokerImage(docker: Docker, broker: BrokerImage, report: Report): Promise<void> {
    if ((await hasImage(docker, broker.image)) && !(await isOutdatedSubstitute(docker, broker))) {
        return;
    }
    const outcome = await pullImage(docker, broker.image, report);
    if (outcome.kind === "pulled") {
        return;
    }
    report(`"${broker.image}" cannot be pulled: ${outcome.reason}`);
    await importDebianImage(docker, brokerSubstitute(broker, outcome.reason, debianImageProblem()), report);
}

/** Whether the image is one of Debian's packages that an earlier release of this program built in another way. */
async function isOutdatedSubstitute(docker: Docker, broker: BrokerImage): Promise<boolean> {
    if (suites[broker.version] === undefined || debianImageProblem() !== undefined) {
        return false;
    }
    return (
        /^rabbitmq:[^@]+$/.test(broker.image) &&
        (await isOutdatedDebianImage(docker, brokerSubstitute(broker, "", undefined)))
    );
}

/**
 * The image of Debian's packages that replaces an official one. An image with a registry or a digest is not replaced, because its user
 * needs exactly that image.
 * @param unable - why this machine cannot build images; `undefined` if it can
 */
export function brokerSubstitute(
    { image, version }: BrokerImage,
    reason: string,
    unable: string | undefined,
): DebianImage {
    const suite = suites[version];
    const hindrance =
        (/^rabbitmq:[^@]+$/.test(image) ? undefined : "only an official image by tag can be replaced") ??
        (suite === undefined ? `Debian has no RabbitMQ ${version}` : unable);
    if (suite === undefined || hindrance !== undefined) {
        const built = Object.keys(suites).join(" or ");
        throw new UserError(
            `image "${image}": cannot be pulled (${reason}), and ${hindrance ?? ""}; let this machine reach the registry, ` +
                `bring the image with "docker load"${suite === undefined ? `, or choose version ${built}` : ""}`,
        );
    }
    return {
        name: image,
        suite,
        packages: ["rabbitmq-server"],
        instructions: [...instructions, `LABEL org.opencontainers.image.version=${version}`],
    };
}
