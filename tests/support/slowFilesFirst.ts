import path from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take more than a minute, by projects. */
export const slowFiles: readonly string[] = [
    "tests/unit/docs/walks.test.ts",
    "tests/workflows/review.test.ts",
    "tests/broker/oracle.test.ts",
    "tests/broker/chaos.test.ts",
    "tests/broker/services.test.ts",
    "tests/broker/permissions.test.ts",
    "tests/broker/erase.test.ts",
    "tests/broker/topology.test.ts",
];

/** Starts slow files first: one that starts last would run on one processor alone. Vitest knows the times only where it ran before. */
export class SlowFilesFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const sorted = await super.sort(files);
        const projects = new Set(sorted.map(({ project }) => project));
        const place = ({ moduleId }: TestSpecification): number => {
            const index = slowFiles.indexOf(path.relative(this.ctx.config.root, moduleId));
            return index < 0 ? slowFiles.length : index;
        };
        return [...projects].flatMap((each) =>
            sorted
                .filter(({ project }) => project === each)
                .toSorted((one, other) => place(one) - place(other)),
        );
    }
}
