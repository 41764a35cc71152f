import { z } from "zod";

const answered = z.object({ statusCode: z.number(), json: z.object({ message: z.string() }).optional() });
const failed = z.object({ code: z.string() });

/** The HTTP status with which the Docker Engine refused something; undefined for any other error. */
export function dockerStatus(error: unknown): number | undefined {
    return answered.safeParse(error).data?.statusCode;
}

/** The Docker Engine's own words. */
export function dockerReason(error: unknown): string {
    const message = answered.safeParse(error).data?.json?.message;
    return (message ?? (error instanceof Error ? error.message : String(error))).trim();
}

/** An error that says what to do when the Docker Engine is not there or not allowed; undefined for any other. */
export function dockerAbsence(error: unknown): Error | undefined {
    switch (failed.safeParse(error).data?.code ?? "") {
        case "EACCES":
            return new Error(
                'Docker may not be used by this account; add it to the group "docker" or use DOCKER_HOST',
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
