import type Docker from "dockerode";

/** Whether the Docker Engine has this image. */
export async function hasImage(docker: Docker, name: string): Promise<boolean> {
    try {
        await docker.getImage(name).inspect();
        return true;
    } catch (error) {
        if (statusOf(error) === 404) {
            return false;
        }
        throw error;
    }
}

/** The labels of an image; `undefined` if the Docker Engine does not have it. */
export async function imageLabels(
    docker: Docker,
    name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
    if (!(await hasImage(docker, name))) {
        return undefined;
    }
    const { Config }: { Config: { Labels?: Record<string, string> | null } } = await docker
        .getImage(name)
        .inspect();
    return Config.Labels ?? {};
}

/** How many images of one repository are kept: the current one, and the previous one for a rollback. */
const keptImages = 2;

/** Removes all images of a repository except the newest ones and those that a container uses. */
export async function removeOldImages(docker: Docker, repository: string): Promise<void> {
    const images = await docker.listImages({ filters: { reference: [repository] } });
    const old = images.toSorted((one, other) => other.Created - one.Created).slice(keptImages);
    for (const tag of old.flatMap(({ RepoTags }) => RepoTags ?? [])) {
        await docker
            .getImage(tag)
            .remove()
            .catch((error: unknown) => {
                const alreadyDeleted = 404;
                const inUse = 409;
                if (![alreadyDeleted, inUse].includes(statusOf(error) ?? 0)) {
                    throw error;
                }
            });
    }
}

function statusOf(error: unknown): number | undefined {
    return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
        ? error.statusCode
        : undefined;
}
