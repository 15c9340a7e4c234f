/**
 * Markdown as text. Raw HTML is not let through, links stay on the page's word: they are shown, not followed, since the enclave has no way out.
 *
 * Out of scope: editing.
 */
import MarkdownIt from "markdown-it";
import { useMemo } from "preact/hooks";

const markdown = new MarkdownIt("commonmark", { html: false, linkify: false, breaks: true }).enable(["table", "strikethrough"]);
// Nothing is fetched or opened: an image is its text, a link is its words and its address.
markdown.renderer.rules.image = (tokens, index) => `<span class="muted">[${markdown.utils.escapeHtml(tokens[index]?.content ?? "")}]</span>`;
markdown.renderer.rules.link_open = (tokens, index) => `<span class="markdown-link" title="${markdown.utils.escapeHtml(String(tokens[index]?.attrGet("href") ?? ""))}">`;
markdown.renderer.rules.link_close = () => "</span>";
// The page's title is h1 and each cell belongs below it.
markdown.renderer.rules.heading_open = (tokens, index) => `<div role="heading" aria-level="${level(tokens[index]?.tag)}" class="markdown-${tokens[index]?.tag ?? "h2"}">`;
markdown.renderer.rules.heading_close = () => "</div>";
// A column's alignment would be a style in the text, which the content policy refuses.
for (const cell of ["th_open", "td_open"]) {
  markdown.renderer.rules[cell] = (tokens, index) => `<${tokens[index]?.tag ?? "td"} class="${/right/.test(String(tokens[index]?.attrGet("style"))) ? "end" : ""}">`;
}

function level(tag: string | undefined): number {
  return Math.min(6, Number(tag?.slice(1) ?? 1) + 1);
}

export function Markdown({ source }: { source: string }) {
  const html = useMemo(() => markdown.render(source), [source]);
  // Safe: markdown-it escapes all that it doesn't make itself, since html is off.
  return <div class="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
