import { PatternError } from "./perl/expression.ts";
import { Matcher } from "./perl/matcher.ts";
import { readPerl } from "./perl/perlReader.ts";

/** A pattern, ready to match names. */
export interface PolicyPattern {
    readonly test: (name: string) => boolean;
}

/** Why a pattern matches nothing that could be told: the broker refuses it, or nobody follows here what it has. */
export type PatternFault = PatternError["fault"];

/** A literal of ASCII, as this engine and the broker's read it alike. */
const plainLiteral = String.raw`(?:[\w :/@-]|\\[!-/:-@[-\x60{-~])`;

/** A class of ASCII; one of all else takes any number, since what has several bytes is one character here. */
const plainClass = String.raw`\[(?:\w-\w|[\w /@.])+-?\]|\[\^[\w /@.]+\][*+](?![*+?])`;

/** Literals, classes, groups of literal alternatives, and anything between: `^orders\.`, `^(?!amq\.)`, `^(a|b)\.[a-z]+$`. */
const plainPattern = new RegExp(
    String.raw`^\^?(?:\(\?!${plainLiteral}*\))?(?:${plainLiteral}|\((?:\?:)?${plainLiteral}*(?:\|${plainLiteral}*)*\)|(?:${plainClass}|\.(?=[*+]))[*+]?(?![*+?{]))*\$?$`,
);

/** How many of them a plain pattern may have: this engine tries their ways one after the other, all with all. */
const fewChoices = /^(?:[^(*+]*[(*+]){0,3}[^(*+]*$/;

/**
 * A pattern of a policy or permission, ready to match names; `undefined` where it has a {@link patternFault}. The broker's expressions are
 * Perl's, over bytes. It gives up on one that takes too long, and takes it for one that does not match; here, none takes long.
 * @see https://www.rabbitmq.com/docs/policies#defining, and `rabbit_re` of 4.3.5
 */
export function policyPattern(pattern: string): PolicyPattern | undefined {
    const read = readPattern(pattern);
    return typeof read === "string" ? undefined : read;
}

/** Why a pattern cannot be matched; `undefined` where it can. */
export function patternFault(pattern: string): PatternFault | undefined {
    const read = readPattern(pattern);
    return typeof read === "string" ? read : undefined;
}

function readPattern(pattern: string): PolicyPattern | PatternFault {
    try {
        if (plainPattern.test(pattern) && fewChoices.test(pattern)) {
            return new RegExp(pattern);
        }
        const matcher = new Matcher(readPerl(inBytes(pattern)));
        return { test: (name) => matcher.test(bytesOf(name)) };
    } catch (error) {
        if (error instanceof PatternError) {
            return error.fault;
        }
        if (error instanceof SyntaxError) {
            return "invalid"; // a range from high to low
        }
        throw error;
    }
}

const encoder = new TextEncoder();

/** A text with one character for each byte. */
function inBytes(text: string): string {
    return Array.from(bytesOf(text), (byte) => String.fromCharCode(byte)).join("");
}

function bytesOf(text: string): Uint8Array {
    return encoder.encode(text);
}

/** The names that an anchored pattern of literal alternatives matches (`^a$`, `^(a|b\.c)$`); `undefined` for any other pattern. */
export function literalNames(pattern: string): readonly string[] | undefined {
    const body = pattern.startsWith("^") && pattern.endsWith("$") ? pattern.slice(1, -1) : undefined;
    if (body === undefined) {
        return undefined;
    }
    // Outside of brackets, the anchors belong to the first and the last alternative only.
    const alternatives = body.startsWith("(") && body.endsWith(")") ? body.slice(1, -1).split("|") : [body];
    const names = alternatives.map(literalOf);
    return names.every((name) => name !== undefined) ? names : undefined;
}

/** What an expression without any operator says. A backslash has a meaning of its own before ASCII letters and digits only. */
function literalOf(text: string): string | undefined {
    return /^(?:[^\\.*+?^${}()|[\]]|\\[^A-Za-z0-9])*$/.test(text) ? text.replace(/\\(.)/gs, "$1") : undefined;
}
