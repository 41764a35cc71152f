import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fingerprint } from "../../../src/images/servicesFiles.ts";
import { servicesImageName } from "../../../src/images/servicesImageName.ts";

let root: string;

beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "spot-messaging-"));
    write("src/spot_services/__main__.py", "main()\n");
    write("src/spot_messaging/message.py", "");
    write("requirements.txt", "aio-pika==10.2.1\n");
    write("pyproject.toml", "[project]\n");
    write("Dockerfile", "FROM scratch\n");
});

afterEach(() => {
    rmSync(root, { recursive: true });
});

function write(file: string, content: string): void {
    const place = path.join(root, "services", file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, content);
}

it("names the image by twelve digits that stay the same while the files do", () => {
    const name = servicesImageName(root);
    expect(name).toMatch(/^spot-messaging\/services:[0-9a-f]{12}$/);
    write("src/spot_messaging/message.py", "");
    expect(servicesImageName(root)).toBe(name);
});

it.each([
    "src/spot_services/__main__.py",
    "src/spot_services/new.py",
    "requirements.txt",
    "pyproject.toml",
    "Dockerfile",
])("names another image when %s changes", (file) => {
    const name = servicesImageName(root);
    write(file, "# another content\n");
    expect(servicesImageName(root)).not.toBe(name);
});

it.each(["src/spot_services/__pycache__/__main__.cpython-313.pyc", "tests/test_main.py", "README.md"])(
    "does not look at %s",
    (file) => {
        const name = servicesImageName(root);
        write(file, "whatever\n");
        expect(servicesImageName(root)).toBe(name);
    },
);

it("says which file is missing and what to do", () => {
    rmSync(path.join(root, "services", "requirements.txt"));
    expect(() => servicesImageName(root)).toThrow(
        `file "${path.join(root, "services", "requirements.txt")}": cannot be read, but the services' image needs it; ` +
            "restore it, or set spot-messaging:servicesImage",
    );
});

it("tells sets of files apart, not their order", () => {
    const file = (name: string, content: string): { path: string; content: Buffer } => ({
        path: name,
        content: Buffer.from(content),
    });
    const [one, other] = [file("a", "1"), file("b", "2")];
    expect(fingerprint([one, other], "1")).toBe(fingerprint([other, one], "1"));
    const different = [
        [one, other],
        [one],
        [file("a", "1b2")],
        [file("a", "2"), file("b", "1")],
        [file("a", ""), file("1b", "2")],
    ].map((files) => fingerprint(files, "1"));
    expect(new Set([...different, fingerprint([one, other], "2")]).size).toBe(6);
});
