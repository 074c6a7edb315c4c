//! Whole pages: what is reported, as what, and exactly where.

use crate::model::{Document, Encoding, Facts, Vocabulary, Wanted};
use crate::parse::parse;

fn facts_of(path: &str, source: &str, wanted: Wanted) -> (Document, Facts) {
    let document = Document::new(path, source, Encoding::Utf8 { bom: false });
    let mut vocabulary = Vocabulary::default();
    vocabulary.markdown = toml::from_str(include_str!("../../../rules/roles/markdown.toml")).unwrap();
    vocabulary.html = toml::from_str(include_str!("../../../rules/roles/html.toml")).unwrap();
    let facts = parse(&document, &vocabulary, wanted);
    (document, facts)
}

/// `role line:column raw`, and ` = text` where the text is not what stands there.
fn lines_of(path: &str, source: &str, wanted: Wanted) -> Vec<String> {
    let (document, mut facts) = facts_of(path, source, wanted);
    facts.urls.sort_by_key(|url| (url.span, url.role));
    let line = |url: &crate::model::UrlRef| {
        let at = document.position(url.span.start);
        let raw = document.slice(url.span);
        let text = if raw == url.text { String::new() } else { format!(" = {}", url.text) };
        let sample = url.sample.as_ref().map_or(String::new(), |language| format!(" [{language}]"));
        format!("{} {}:{} {raw}{text}{sample}", url.role, at.line, at.column)
    };
    facts.urls.iter().map(line).collect()
}

fn page(source: &str) -> Vec<String> {
    lines_of("page.md", source, Wanted::all())
}

fn loads(source: &str) -> Vec<String> {
    lines_of("page.md", source, Wanted { loads: true, ..Wanted::default() })
}

#[test]
fn links_and_images() {
    assert_eq!(
        page("[![b](https://i.test/b.svg)](https://a.test/)\n"),
        ["img-src 1:7 https://i.test/b.svg", "navigate 1:30 https://a.test/"]
    );
    assert_eq!(page("[https://a.test](https://a.test 't')"), ["navigate 1:18 https://a.test"]);
    assert_eq!(page("![a ![b](x.png)](https://a.test/)"), ["img-src 1:18 https://a.test/"]);
    assert_eq!(page("[a\\]](https\\://a&period;test)"), ["navigate 1:7 https\\://a&period;test = https://a.test"]);
    assert_eq!(page("[a]()![](<>)"), [""; 0]);
    assert_eq!(loads("[a](https://a.test) https://b.test ![](https://c.test/é.png)"), ["img-src 1:40 https://c.test/é.png"]);
}

#[test]
fn references_are_reported_where_they_are_defined() {
    assert_eq!(
        page("![A][FoO] [b][foo] [foo]\n\n[foo]: https://a.test/x.png 'T'\n[bar]: <https://b.test>\n"),
        [
            "mention 1:6 FoO = https://a.test/x.png",
            "mention 1:15 foo = https://a.test/x.png",
            "mention 1:21 foo = https://a.test/x.png",
            "img-src 3:8 https://a.test/x.png",
            "navigate 3:8 https://a.test/x.png",
            "navigate 4:9 https://b.test",
        ]
    );
    assert_eq!(loads("![A][]\n\n[a]:\n  https://a.test/x.png\n[b]: https://b.test\n"), ["img-src 4:3 https://a.test/x.png"]);
}

#[test]
fn autolinks_and_prose() {
    assert_eq!(
        page("<https://a.test/> <me@a.test> **https://b.test/*x*** www.c.test."),
        [
            "navigate 1:2 https://a.test/",
            "navigate 1:20 me@a.test = mailto:me@a.test",
            "navigate 1:33 https://b.test/*x",
            "navigate 1:54 www.c.test = http://www.c.test",
        ]
    );
    assert_eq!(
        page("git://a.test `https://b.test` a@b.test."),
        ["mention 1:1 git://a.test", "mention 1:15 https://b.test", "navigate 1:31 a@b.test = mailto:a@b.test"]
    );
}

#[test]
fn places_are_right_after_crlf_tabs_emoji_and_quotes() {
    assert_eq!(
        page("é😀\r\n\r\n> - x\r\n>\r\n>   ![a](https://a.test/1.png)\r\n>\t1. [b](\r\n>   https://a.test/2)\r\n"),
        ["img-src 5:10 https://a.test/1.png", "navigate 7:5 https://a.test/2"]
    );
    assert_eq!(page("|a|\n|-|\n|😀 ![x](https://a.test/p.png) `a\\|b`|\n"), ["img-src 3:9 https://a.test/p.png"]);
}

#[test]
fn samples_are_rebuilt_without_the_marks_around_them() {
    assert_eq!(
        page("> 1. ```text\r\n>    see https://a.test/x\r\n>\t or https://b.test/\r\n>    ```\r\n\r\n    https://c.test/\r\n"),
        ["mention 2:10 https://a.test/x [text]", "mention 3:7 https://b.test/ [text]", "mention 6:5 https://c.test/ []",]
    );
}

#[test]
fn front_matter_is_not_the_page() {
    assert_eq!(page("---\ntitle: '[a](https://a.test)'\n---\n[b](https://b.test)\n").last().unwrap(), "navigate 4:5 https://b.test");
}

#[test]
fn sections_nest_by_level() {
    let (document, facts) = facts_of("page.md", "intro\n# One\na\n## Two ##\nb\nThree\n===\nc\n", Wanted::all());
    let anchors: Vec<_> = facts.anchors.iter().map(|anchor| (anchor.name.as_str(), document.slice(anchor.span))).collect();
    assert_eq!(anchors, [("One", "# One\na\n## Two ##\n"), ("Two", "## Two ##\n"), ("b", "b\nThree\n===\nc\n")]);
}

#[test]
fn a_comment_covers_the_block_that_follows() {
    let source = "<!-- congruent: ignore[x]: y -->\n\n```sh\ncurl\n```\n\ntext <!-- congruent: a --> text\n\n- <!-- congruent: b -->\n\n  | a |\n  |---|\n\nend\n";
    let (document, facts) = facts_of("page.md", source, Wanted::all());
    let comments: Vec<_> =
        facts.comments.iter().map(|c| (document.slice(c.text_span).trim(), c.covers.map(|span| document.slice(span).trim()))).collect();
    assert_eq!(
        comments,
        [("congruent: ignore[x]: y", Some("```sh\ncurl\n```")), ("congruent: a", None), ("congruent: b", Some("| a |\n  |---|")),]
    );
    assert_eq!(facts_of("page.md", "```md\n<!-- congruent: a -->\n```\n", Wanted::all()).1.comments.len(), 0);
}

#[test]
fn tabs_and_admonitions_hold_markdown() {
    assert_eq!(
        loads(
            "=== \"A\"\n\n    ![a](https://a.test/1.png)\n\n    !!! note \"[t](https://t.test)\"\n        ![b](https://b.test/2.png)\n\n        ??? tip\n\n            - ![c](https://c.test/3.png)\n=== \"B\"\n    ```\n    ![d](https://d.test)\n    ```\n![e](https://e.test/4.png)\n"
        ),
        [
            "img-src 3:10 https://a.test/1.png",
            "img-src 6:14 https://b.test/2.png",
            "img-src 10:20 https://c.test/3.png",
            "img-src 15:6 https://e.test/4.png",
        ]
    );
    assert_eq!(
        loads("1. a\r\n\r\n    === \"é\"\r\n\r\n\t\t![a](https://a.test/1.png)\r\n\r\n    x\r\n"),
        ["img-src 5:8 https://a.test/1.png"]
    );
    assert_eq!(
        loads("> !!! note\n>     ![a](https://a.test/1.png)\n>\n>         ![b](https://b.test/1.png)\n"),
        ["img-src 2:12 https://a.test/1.png"]
    );
    assert_eq!(
        loads("!!! note\n    > ![a](https://a.test/1.png)\n    > > ![b](https://b.test/1.png)\n"),
        ["img-src 2:12 https://a.test/1.png", "img-src 3:14 https://b.test/1.png"]
    );
}

#[test]
fn samples_of_extensions_are_no_extensions() {
    assert_eq!(
        loads(
            "```md\n=== \"A\"\n\n    ![a](https://a.test/1.png)\n\n:::note\n```\n\ntext\n\n    !!! note\n        ![b](https://b.test/2.png)\n"
        ),
        [""; 0]
    );
    assert_eq!(
        loads("- ```\n  === \"A\"\n\n      ![a](https://a.test/1.png)\n  ```\n- ![b](https://b.test/2.png)\n"),
        ["img-src 6:8 https://b.test/2.png"]
    );
    assert_eq!(
        loads("````{note}\n```\n=== \"A\"\n    ![a](https://a.test/1.png)\n```\n![b](https://b.test/2.png)\n````\n"),
        ["img-src 6:6 https://b.test/2.png"]
    );
}

#[test]
fn directives() {
    assert_eq!(
        page("```{figure} https://a.test/1.png\n:target: https://b.test/\n:alt: x\n\nCaption [c](https://c.test)\n```\n"),
        ["img-src 1:13 https://a.test/1.png", "navigate 2:10 https://b.test/", "navigate 5:13 https://c.test",]
    );
    assert_eq!(
        page(
            "::::{grid-item-card}\n---\nimg-top: https://a.test/1.png\n---\n:::note[T]{.x}\n![b](https://b.test/2.png)\n:::\n::::\n:::{code-block} text\nhttps://c.test/\n:::\n"
        ),
        ["img-src 3:10 https://a.test/1.png", "img-src 6:6 https://b.test/2.png", "mention 10:1 https://c.test/ [text]",]
    );
    assert_eq!(
        loads("text\n:::tip\n[x]: https://a.test/1.png\n:::\n![][x]\n\n/// note | T\n![b](https://b.test/2.png)\n///\n"),
        ["img-src 3:6 https://a.test/1.png", "img-src 8:6 https://b.test/2.png",]
    );
    assert_eq!(
        loads("```{code-block} md\n![a](https://a.test/1.png)\n```\n```{python}\n```\n![b](https://b.test/2.png)\n"),
        ["img-src 6:6 https://b.test/2.png"]
    );
}

#[test]
fn elements_may_hold_markdown() {
    assert_eq!(
        loads("<div class=\"grid\" markdown>\n    ![a](https://a.test/1.png)\n</div>\n\n    ![b](https://b.test/2.png)\n"),
        ["img-src 2:10 https://a.test/1.png"]
    );
    assert_eq!(
        loads("<table>\n<tr><td markdown=\"1\">![a](https://a.test/1.png)</td></tr>\n</table>\n"),
        ["img-src 2:27 https://a.test/1.png"]
    );
    assert_eq!(loads("<div>\n![a](https://a.test/1.png)\n</div>\n"), [""; 0]);
}

#[test]
fn template_expressions_are_holes() {
    assert_eq!(
        page("![a]({{ site.cdn }}/x.png) [b](https://b.test/{% link c.md %})\n"),
        [
            "img-src 1:6 {{ site.cdn }}/x.png = {{sitecdn}}/x.png",
            "navigate 1:32 https://b.test/{% link c.md %} = https://b.test/{{linkcmd}}",
        ]
    );
    assert_eq!(page("`{{ x }}` {{ y\n").len(), 0);
}

#[test]
fn a_comment_covers_a_tab() {
    let source = "<!-- congruent: ignore[x]: y -->\n\n=== \"A\"\n\n    a\n\n    b\n\n=== \"B\"\n\n    c\n";
    let (document, facts) = facts_of("page.md", source, Wanted::all());
    assert_eq!(document.slice(facts.comments[0].covers.unwrap()).trim(), "=== \"A\"\n\n    a\n\n    b");
}

fn mdx(source: &str) -> Vec<String> {
    lines_of("page.mdx", source, Wanted::all())
}

#[test]
fn jsx_is_html_around_markdown() {
    let source = "# T

<Tabs>
    <TabItem>
        ![a](https://a.test/1.png)

        ```text
        https://x.test/
        ```
    </TabItem>
</Tabs>

<img
  src={`https://b.test/${n}/2.png`}
  alt='>'
/>
";
    let facts = ["img-src 5:14 https://a.test/1.png", "mention 8:9 https://x.test/ [text]", "img-src 14:9 https://b.test/${n}/2.png"];
    assert_eq!(mdx(source), facts);
    assert_eq!(
        mdx("<Card href=\"https://a.test/\" image={'https://b.test/x.png'} n={1} />\n"),
        ["navigate 1:13 https://a.test/", "img-src 1:38 https://b.test/x.png"]
    );
    assert_eq!(
        mdx("a `<img src=\"https://a.test/\"/> {` b <br/>https://b.test<br/> \\<i> {/* [c](https://c.test) */}\n"),
        ["mention 1:14 https://a.test/", "navigate 1:43 https://b.test"]
    );
}

#[test]
fn broken_mdx_is_markdown() {
    assert_eq!(
        mdx("a { ![b](https://b.test/1.png)\n\n<a b='![c](https://c.test/2.png)\n\n<https://d.test> 1 < 2\n"),
        ["img-src 1:10 https://b.test/1.png", "img-src 3:12 https://c.test/2.png", "navigate 5:2 https://d.test"]
    );
}

#[test]
fn a_page_that_imports_is_mdx() {
    let source = "import A from 'a';\n\n<A>\n    ![a](https://a.test/1.png)\n</A>\n<B />\n";
    assert_eq!(loads(source), ["img-src 4:10 https://a.test/1.png"]);
    assert_eq!(loads(&format!("```js\n{source}```\n    ![b](https://b.test/)\n")), [""; 0]);
}

#[test]
fn comments_of_mdx_cover_elements() {
    let source = "{/* congruent: ignore[x]: y */}\n\n<Tabs>\n<Tab>\n\na\n\n</Tab>\n</Tabs>\n\nb\n";
    let (document, facts) = facts_of("page.mdx", source, Wanted::all());
    let comment = &facts.comments[0];
    assert_eq!(
        (document.slice(comment.text_span), document.slice(comment.span)),
        (" congruent: ignore[x]: y ", "{/* congruent: ignore[x]: y */}")
    );
    assert_eq!(document.slice(comment.covers.unwrap()), "<Tabs>\n<Tab>\n\na\n\n</Tab>\n</Tabs>");
}

#[test]
fn fences_in_mdx_may_close_at_any_indentation() {
    let source =
        "1. a\n\n    <T>\n        ```js\n        x\n    ```\n    </T>\n2. b\n\n   ```js\n   y\n          ```\n![c](https://c.test/1.png)\n";
    assert_eq!(lines_of("page.mdx", source, Wanted::all()), ["img-src 13:6 https://c.test/1.png"]);
}

#[test]
fn definitions_hold_blocks() {
    let source =
        "Term\n:   Text ![a](https://a.test/1.png)\n\n    ![b](https://b.test/2.png)\n\n        ![c](https://c.test/3.png)\n:smile: x\n";
    assert_eq!(loads(source), ["img-src 2:15 https://a.test/1.png", "img-src 4:10 https://b.test/2.png"]);
}

#[test]
fn repeated_definitions_and_destinations_with_spaces_count() {
    assert_eq!(
        page("![a][x]\n\n[x]: https://a.test/1.png\n[X]: https://b.test/2.png\n\n> [x]: https://c.test/3.png\n> text\n"),
        [
            "mention 1:6 x = https://a.test/1.png",
            "img-src 3:6 https://a.test/1.png",
            "img-src 4:6 https://b.test/2.png",
            "img-src 6:8 https://c.test/3.png",
        ]
    );
    assert_eq!(loads("x ![a](https://a.test/b c.png) [d](https://e.test/f g)\n"), ["img-src 1:8 https://a.test/b c.png"]);
}

#[test]
fn a_mark_that_opens_an_expression_does_not_close_it() {
    assert_eq!(loads("{%}} ![a](https://a.test/1.png)\n"), ["img-src 1:11 https://a.test/1.png"]);
}
