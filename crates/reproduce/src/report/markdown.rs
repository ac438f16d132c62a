//! The repository's Markdown as HTML that fits into the page.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// Headings, paragraphs, lists, code and tables as HTML, headings one level deeper. Markup and links in
/// the text remain text.
pub(super) fn html(markdown: &str) -> String {
    let events =
        Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(|event| match event {
            Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
            Event::Start(Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Link | TagEnd::Image) => None,
            Event::Start(Tag::Heading {
                level,
                id,
                classes,
                attrs,
            }) => Some(Event::Start(Tag::Heading {
                level: deeper(level),
                id,
                classes,
                attrs,
            })),
            Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(deeper(level)))),
            event => Some(event),
        });
    let mut html = String::new();
    push_html(&mut html, events);
    // No text has a bare `<`, so these are all tables and nothing else.
    html.replace(
        "<table>",
        "<div class=\"wide\" tabindex=\"0\"><table class=\"sortable\">",
    )
    .replace("</table>", "</table></div>")
    .replace("<th>", "<th scope=\"col\">")
}

fn deeper(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn headings_lists_and_tables_fit_into_the_page() {
        let text = "# Limits\n\n- **One.** `x`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
        let page = html(text);
        for part in [
            "<h2>Limits</h2>",
            "<li><strong>One.</strong> <code>x</code></li>",
            "<th scope=\"col\">a</th>",
            "<td>2</td>",
        ] {
            assert!(page.contains(part), "{page}");
        }
    }

    #[test]
    fn markup_in_the_text_is_text() {
        let page = html("a <b>bold</b> [link](javascript:alert) 2 < 3\n\n<script>x</script>\n");
        assert!(
            page.contains("&lt;b&gt;bold&lt;/b&gt; link 2 &lt; 3"),
            "{page}"
        );
        assert!(!page.contains("<script") && !page.contains("<a"), "{page}");
    }
}
