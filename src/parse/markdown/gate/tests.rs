use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::model::{Document, Encoding, Reference, Role, Vocabulary, Wanted};
use crate::parse::markdown::mdx;
use crate::parse::parse;

fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    let scripts = toml::from_str(include_str!("../../../../rules/roles/javascript.toml")).unwrap();
    vocabulary.scripts.insert("javascript".to_owned(), scripts);
    vocabulary.html = toml::from_str(include_str!("../../../../rules/roles/html.toml")).unwrap();
    vocabulary.markdown = toml::from_str(include_str!("../../../../rules/roles/markdown.toml")).unwrap();
    vocabulary
}

#[test]
fn pages_that_may_load() {
    let vocabulary = vocabulary();
    for page in [
        "![a](https://a.test/1.png)",
        "![a](https&colon;a)",
        "![a](\\\\a.test)",
        "![a][b]",
        "![`]`](//a.test)",
        "> ![a](\n> //a.test)",
        "<img src=/\n/a.test>",
        "> <img\n> src=//a.test>",
        "<x style=\"background:url(http:a.test)\">",
        "<script>f(atob('aHR0'))</script>",
        "<b onclick=f()>",
        "<x_y title='>' onclick=f()>",
        "<img src=d\nata:text/html,x>",
        "<img src={{ cdn }}/x.png>",
        "{{< figure src=\"https://a.test\" >}}",
        "{{%\u{a0}img\u{a0}src=\"https://a.test\" %}}",
        "{{< figure src=\"https://a.test\"",
        "```{image} https://a.test",
        "![](a.png){ style=\"background: url(//a.test)\" }",
    ] {
        assert!(may_load(page, false, &vocabulary), "{page}");
    }
    for page in [
        "<Card image='//a.test/b.png'/>",
        "<Image src='//a.test'/>",
        "export const a = '//a.test'",
        "text {f('//a.test')}",
        "<A b={() => 1} c='//a.test'/>",
    ] {
        assert!(may_load(page, true, &vocabulary), "{page}");
    }
}

#[test]
fn pages_that_load_nothing() {
    let vocabulary = vocabulary();
    for page in [
        "[a](https://a.test) <https://a.test/?b=c> https://b.test",
        "{{< note class=\"a\" >}}\n[a](https://a.test)\n{{< /note >}}",
        "{{< youtube url=\"https://a.test\" >}} {{< figure src=\"/a.png\" >}} https://a.test",
        "![a](images/1.png \"T\")\n\n# Note: https://a.test",
        "<details>\n<summary class='x'>x</summary> https://a.test <br/> Vec<T, U> a < b <a@b.test>",
        "<a href=\"https://a.test\" target=\"_blank\"><img src=\"1.png\" alt=\"x\"></a>",
        "```html\n<p>\n```\nhttps://a.test",
        "function(){ return 1 }\n\nhttps://a.test",
    ] {
        assert!(!may_load(page, false, &vocabulary), "{page}");
    }
    assert!(!may_load("import Tab from './tab'\n\n<Tab b='c' d={1}>https://a.test</Tab>\n", true, &vocabulary));
    assert!(!may_load("<Card title='a' href=\"https://a.test/?b=c\" />\n", true, &vocabulary));
}

const PIECES: [&str; 90] = [
    "{{< ",
    "{{% ",
    "{{<figure",
    "video\u{a0}",
    ">}}",
    "%}}",
    "\\{",
    "\\}",
    "<B>\n",
    "</B>",
    "![",
    "](",
    "]",
    "[",
    ")",
    "(",
    "a",
    "b.png",
    "//h.test",
    "/",
    "\\",
    "https:",
    "https://h.test/x",
    "&#47;",
    " ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "    ",
    "`",
    "``",
    "```",
    "<",
    ">",
    "<img",
    "<a",
    "<Card",
    "<Image",
    " image=",
    " src=",
    " href=",
    " style=",
    "\"",
    "'",
    "url(",
    "{",
    "}",
    "{{",
    "}}",
    "{:",
    "{image} ",
    ":::",
    "[a]: ",
    "<div>",
    "<!--",
    "-->",
    "!!! note",
    "<b",
    " onclick=",
    "import a from 'a'\n",
    "<Card a=\"it's\" ",
    "=== \"T\"",
    "\n```\n",
    "\n```\n",
    "\n~~~\n",
    "\n  ```\n",
    "\n    ```\n",
    "\n\t",
    "1. ",
    "|",
    "|a|\n|-|\n",
    "<pre>",
    "# ",
    "![a](//h.test)",
    "<img src=//h.test>",
    "<img src='//h.test'/>",
    "![a][a]",
    "\n\n",
    "\n",
    "</div>",
    "[^1]: ",
    "  ",
    "   ```\n",
    "2. ",
    "{/* a\n",
    "*/}",
    "\n   ",
    "- ```\n",
    "```js\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]
    #[test]
    fn what_is_left_unread_loads_nothing(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..28), is_mdx in any::<bool>()) {
        let page = pieces.concat();
        let vocabulary = vocabulary();
        let path = if is_mdx { "a.mdx" } else { "a.md" };
        if !may_load(&page, mdx::is_mdx(path, &page), &vocabulary) {
            let document = Document::new(path, page.as_str(), Encoding::Utf8 { bom: false });
            let facts = parse(&document, &vocabulary, Wanted::all());
            let loads: Vec<_> = facts.urls.iter().filter(|url| matches!(url.role, Role::Load(_)) && url.reference != Reference::Relative).collect();
            prop_assert!(loads.is_empty(), "{page:?}: {loads:?}");
        }
    }
}
