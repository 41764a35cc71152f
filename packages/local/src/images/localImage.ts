import type Docker from "dockerode";

/** Whether the engine has this image. */
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

/** How many images of one repository are worth their disk space: the present one, and the one to go back to. */
const keptImages = 2;

/** Removes a repository's images but for the newest ones. One that a container uses stays. */
export async function removeOldImages(docker: Docker, repository: string): Promise<void> {
    const images = await docker.listImages({ filters: { reference: [repository] } });
    const old = images.toSorted((one, other) => other.Created - one.Created).slice(keptImages);
    for (const tag of old.flatMap(({ RepoTags }) => RepoTags ?? [])) {
        await docker
            .getImage(tag)
            .remove()
            .catch((error: unknown) => {
                const alreadyGone = 404;
                const inUse = 409;
                if (![alreadyGone, inUse].includes(statusOf(error) ?? 0)) {
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
