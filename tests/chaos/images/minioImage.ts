import type { Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";
import { ensureMinio } from "../../support/objectStore.ts";
import { ensureStaticImage } from "../../support/staticImage.ts";

/**
 * Makes sure that the Docker Engine has an image of MinIO, with nothing but the program that the tests of the mail store use too.
 * @returns its name
 */
export async function ensureMinioImage(docker: Docker, report: Report): Promise<string> {
    return await ensureStaticImage(
        docker,
        {
            repository: "spot-messaging/minio",
            program: await ensureMinio(report),
            path: "/minio",
            instructions: [],
        },
        report,
    );
}
