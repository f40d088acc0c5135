// @ts-check
// TypeScript in colours, by TypeScript's own scanner.
import ts from "typescript";
import { escaped } from "./html.mjs";

const { SyntaxKind } = ts;
const LANGUAGES = new Set(["ts", "tsx", "typescript", "js", "jsx", "javascript"]);

/** After these a slash divides; after anything else it begins a regular expression. */
const ENDS_OPERAND = new Set([
  SyntaxKind.Identifier,
  SyntaxKind.NumericLiteral,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.CloseParenToken,
  SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken,
  SyntaxKind.ThisKeyword,
  SyntaxKind.SuperKeyword,
  SyntaxKind.TrueKeyword,
  SyntaxKind.FalseKeyword,
  SyntaxKind.NullKeyword,
  SyntaxKind.ExclamationToken,
]);

/**
 * Code as HTML; in a language that is not TypeScript's, without colours.
 * @param {string} code @param {string} [language]
 */
export function highlighted(code, language = "ts") {
  if (!LANGUAGES.has(language)) return escaped(code);
  let html = "";
  for (const { text, kind, ...around } of tokensOf(code)) {
    const name = classOf(kind, text, around);
    html += name ? `<span class="${name}">${escaped(text)}</span>` : escaped(text);
  }
  return html;
}

/** @param {string} code */
function tokensOf(code) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.Standard, code);
  /** @type {{ text: string, kind: ts.SyntaxKind, next: string, member: boolean }[]} */
  const tokens = [];
  /** How many braces are open inside each `${` that has not ended. @type {number[]} */
  const templates = [];
  let before = SyntaxKind.Unknown;
  for (;;) {
    let kind = scanner.scan();
    if (kind === SyntaxKind.EndOfFileToken) return tokens;
    const divides = ENDS_OPERAND.has(before);
    if (!divides && (kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken))
      kind = scanner.reScanSlashToken();
    if (kind === SyntaxKind.TemplateHead) templates.push(0);
    const innermost = templates.length - 1;
    if (kind === SyntaxKind.OpenBraceToken && innermost >= 0)
      templates[innermost] = (templates[innermost] ?? 0) + 1;
    if (kind === SyntaxKind.CloseBraceToken && innermost >= 0) {
      if (templates[innermost] === 0) {
        kind = scanner.reScanTemplateToken(false);
        if (kind !== SyntaxKind.TemplateMiddle) templates.pop();
      } else templates[innermost] = (templates[innermost] ?? 0) - 1;
    }
    const next = code.slice(scanner.getTokenEnd()).trimStart()[0] ?? "";
    tokens.push({ text: scanner.getTokenText(), kind, next, member: before === SyntaxKind.DotToken });
    if (kind > SyntaxKind.LastTriviaToken) before = kind;
  }
}

/**
 * @param {ts.SyntaxKind} kind @param {string} text
 * @param {{ next: string, member: boolean }} around the sign that follows, and whether a dot stands before
 */
function classOf(kind, text, { next, member }) {
  if (kind === SyntaxKind.SingleLineCommentTrivia || kind === SyntaxKind.MultiLineCommentTrivia)
    return "hl-c";
  if (kind === SyntaxKind.NumericLiteral || kind === SyntaxKind.BigIntLiteral) return "hl-n";
  if (kind === SyntaxKind.StringLiteral || kind === SyntaxKind.RegularExpressionLiteral) return "hl-s";
  if (kind >= SyntaxKind.FirstTemplateToken && kind <= SyntaxKind.LastTemplateToken) return "hl-s";
  const keyword = kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword;
  if (keyword && !member && !isName(kind, next)) return "hl-k";
  if (kind !== SyntaxKind.Identifier && !keyword) return "";
  if (next === "(") return "hl-f";
  return /^[A-Z][a-z]/.test(text) ? "hl-t" : "";
}

/** Words such as `of`, `from` and `type` may be names: then what follows tells. */
const CONTEXTUAL = new Set([
  SyntaxKind.AsKeyword,
  SyntaxKind.FromKeyword,
  SyntaxKind.GetKeyword,
  SyntaxKind.OfKeyword,
  SyntaxKind.SetKeyword,
  SyntaxKind.TypeKeyword,
]);

/** @param {ts.SyntaxKind} kind @param {string} next */
const isName = (kind, next) => CONTEXTUAL.has(kind) && /^[=:,;).(\]}]?$/.test(next);
