import { PatternError } from "./perl/expression.ts";
import { Matcher } from "./perl/matcher.ts";
import { readPerl } from "./perl/perlReader.ts";

/** A compiled pattern. */
export interface PolicyPattern {
    readonly test: (name: string) => boolean;
}

/** Why a pattern cannot be matched: the broker refuses it, or it uses syntax that is not supported here. */
export type PatternFault = PatternError["fault"];

/** An ASCII literal, which JavaScript and the broker read the same way. */
const plainLiteral = String.raw`(?:[\w :/@-]|\\[!-/:-@[-\x60{-~])`;

/** An ASCII class. A negated class must be repeated, because a character of several bytes is one character in JavaScript. */
const plainClass = String.raw`\[(?:\w-\w|[\w /@.])+-?\]|\[\^[\w /@.]+\][*+](?![*+?])`;

/** Literals, classes, groups of literal alternatives, and `.*`: `^orders\.`, `^(?!amq\.)`, `^(a|b)\.[a-z]+$`. */
const plainPattern = new RegExp(
    String.raw`^\^?(?:\(\?!${plainLiteral}*\))?(?:${plainLiteral}|\((?:\?:)?${plainLiteral}*(?:\|${plainLiteral}*)*\)|(?:${plainClass}|\.(?=[*+]))[*+]?(?![*+?{]))*\$?$`,
);

/** The maximum number of groups and repetitions in a plain pattern: JavaScript backtracks over all their combinations. */
const fewChoices = /^(?:[^(*+]*[(*+]){0,3}[^(*+]*$/;

/**
 * Compiles a pattern of a policy or permission; `undefined` if it has a {@link patternFault}. The broker uses Perl-compatible regular expressions
 * over bytes. It stops matching an expression that takes too long and treats it as no match; here, none takes long.
 * @see https://www.rabbitmq.com/docs/policies#defining, and `rabbit_re` of 4.3.5
 */
export function policyPattern(pattern: string): PolicyPattern | undefined {
    const read = readPattern(pattern);
    return typeof read === "string" ? undefined : read;
}

/** Why a pattern cannot be matched; `undefined` if it can. */
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
            return "invalid"; // a reversed range
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

/** The literal text of an expression without operators. A backslash has a special meaning only before ASCII letters and digits. */
function literalOf(text: string): string | undefined {
    return /^(?:[^\\.*+?^${}()|[\]]|\\[^A-Za-z0-9])*$/.test(text) ? text.replace(/\\(.)/gs, "$1") : undefined;
}
