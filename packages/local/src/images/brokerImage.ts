import { type BrokerVersion, UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { type DebianImage, importDebianImage, debianImageProblem } from "./debianImage.ts";
import { hasImage } from "./localImage.ts";
import { pullImage } from "./pullImage.ts";
import type { Report } from "./report.ts";

/** The image of a broker, and the version that it must have. */
export interface BrokerImage {
    /** Such as `rabbitmq:4.3-management`, by tag, perhaps with a digest. */
    readonly image: string;
    readonly version: BrokerVersion;
}

/** The releases of Debian that have a broker of the version. */
const suites: Partial<Record<BrokerVersion, DebianImage["suite"]>> = { "4.0": "trixie", "4.3": "sid" };

/**
 * What the official image sets as well. The first folder of PATH has RabbitMQ's own programs: Debian's wrappers of the same names swallow
 * the log and the signal that asks the broker to stop.
 */
const instructions = [
    "ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV HOME=/var/lib/rabbitmq",
    "ENV LANG=C.UTF-8",
    "EXPOSE 4369 5671 5672 15671 15672 15691 15692 25672",
    'CMD ["setpriv", "--reuid=rabbitmq", "--regid=rabbitmq", "--init-groups", "rabbitmq-server"]',
];

/**
 * Makes sure that the engine has the broker's image: it has it already, or pulls it, or, where no registry can be reached, this machine
 * builds one from Debian's packages under the same name.
 * @throws UserError `image "rabbitmq:4.1-management": cannot be pulled (…), and Debian has no RabbitMQ 4.1; …`
 */
export async function ensureBrokerImage(docker: Docker, broker: BrokerImage, report: Report): Promise<void> {
    if (await hasImage(docker, broker.image)) {
        return;
    }
    const outcome = await pullImage(docker, broker.image, report);
    if (outcome.kind === "pulled") {
        return;
    }
    report(`"${broker.image}" cannot be pulled: ${outcome.reason}`);
    await importDebianImage(docker, brokerSubstitute(broker, outcome.reason, debianImageProblem()), report);
}

/**
 * The image of Debian's packages that stands in for an official one. Others are not substituted: whoever names a registry or a digest
 * wants that very image.
 * @param unable - why this machine cannot build images; nothing where it can
 */
export function brokerSubstitute(
    { image, version }: BrokerImage,
    reason: string,
    unable: string | undefined,
): DebianImage {
    const suite = suites[version];
    const hindrance =
        (/^rabbitmq:[^@]+$/.test(image) ? undefined : "only an official image by tag can be substituted") ??
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
