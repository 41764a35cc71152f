import { z } from "zod";

const answered = z.object({ statusCode: z.number(), json: z.object({ message: z.string() }).optional() });
const failed = z.object({ code: z.string() });

/** The HTTP status of an error response of the Docker Engine; undefined for any other error. */
export function dockerStatus(error: unknown): number | undefined {
    return answered.safeParse(error).data?.statusCode;
}

/** The error message of the Docker Engine. */
export function dockerReason(error: unknown): string {
    const message = answered.safeParse(error).data?.json?.message;
    return (message ?? (error instanceof Error ? error.message : String(error))).trim();
}

/** An error with a way out when the Docker Engine does not run or denies access; undefined for any other. */
export function dockerAbsence(error: unknown): Error | undefined {
    switch (failed.safeParse(error).data?.code ?? "") {
        case "EACCES":
            return new Error(
                'this account has no permission to use Docker; add it to the group "docker" or use DOCKER_HOST',
            );
        case "ENOENT":
        case "ECONNREFUSED":
        case "ENOTFOUND":
            return new Error(
                `Docker does not answer (${dockerReason(error)}); start it, or point DOCKER_HOST at one that runs`,
            );
        default:
            return undefined;
    }
}
