//! Programs, style sheets and documents that stand in a program.

use super::{page, used};

#[test]
fn jsx_elements_hold_programs_and_style_sheets() {
    let jsx = |source: &str, expected: &[&str]| {
        let source = format!("import Script from 'next/script';\nexport default () => {source};\n");
        assert_eq!(used("src/a.jsx", &source), expected, "{source}");
    };
    jsx(
        "<Script id=\"x\" strategy=\"afterInteractive\">\n  {`(function() {\n  var d=document, g=d.createElement('script');\n  g.src='https://a.test/c.js'; })();`}\n</Script>",
        &["script-src https://a.test/c.js"],
    );
    jsx("<script type=\"module\">{`import 'https://a.test/c.js'`}</script>", &["script-src https://a.test/c.js"]);
    jsx(
        "<script dangerouslySetInnerHTML={{ __html: `if (a < b) document.createElement('img').src = 'https://a.test/<p>'` }} />",
        &["img-src https://a.test/<p>"],
    );
    jsx("<style jsx global>{`a { background: url(https://a.test/x.png) }`}</style>", &["img-src https://a.test/x.png"]);
    jsx("<style>{'@import \"https://a.test/x.css\"'}</style>", &["style-src https://a.test/x.css"]);
    jsx("<style dangerouslySetInnerHTML={{ __html: 'a { background: url(https://a.test/x.png) }' }} />", &["img-src https://a.test/x.png"]);
    jsx("<p dangerouslySetInnerHTML={{ __html: '<img src=\"https://a.test/x\">' }} />", &["img-src https://a.test/x"]);
    // What only looks like it: data, a program that is shown, a component of another name, and a script that has a source.
    jsx("<script type=\"application/ld+json\">{`{\"@context\": \"https://no.test\", \"image\": \"https://no.test/x.png\"}`}</script>", &[]);
    jsx("<pre>{`d.createElement('script').src = 'https://no.test/c.js'`}</pre>", &[]);
    jsx("<CodeBlock>{`<style>a { background: url(https://no.test/x.png) }</style>`}</CodeBlock>", &[]);
    jsx("<Script src=\"/local.js\">{`import('https://no.test/c.js')`}</Script>", &["script-src /local.js -> relative"]);
}

#[test]
fn a_string_that_is_a_document_is_one() {
    page(
        "const t = `\n<!DOCTYPE html>\n<html lang=\"${l}\"><script src=\"https://a.test/x.js\"></script>${body}<img src=//b.test/x></html>`; app.get('/', send(t))",
        &["script-src https://a.test/x.js", "img-src //b.test/x"],
    );
    page("const h = '<html>' + '<link rel=stylesheet href=https://a.test/x.css>' + x + '</html>'", &["style-src https://a.test/x.css"]);
    page("document.write('<html><img src=https://a.test/x>')", &["img-src https://a.test/x"]);
    // A piece of one may stand anywhere, and this is none.
    page(
        "const t = '<img src=https://no.test/x>'; const u = 'write <html> and <img src=https://no.test/x>'; const v = '<htmlx> <img src=https://no.test/x>'",
        &[],
    );
    // One that is shown.
    let shown = "const b = `<html><img src=https://no.test/x>`; export default () => <><code>{`<!doctype html>\n<img src=https://no.test/x>`}</code><pre>{b}</pre><Example code={`<html><img src=https://no.test/x>${y}`} /></>";
    assert_eq!(used("src/a.jsx", shown), [""; 0]);
    assert_eq!(
        used("src/a.jsx", "export default () => <iframe srcDoc={`<html><img src=https://a.test/x>`} />"),
        ["img-src https://a.test/x"]
    );
    for (path, source) in [
        ("server.py", "PAGE = f\"\"\"<!doctype html>\n<script src=\"https://a.test/x.js\"></script>{body}\"\"\"\n"),
        ("server.go", "package main\n\nconst page = `<!doctype html>\n<script src=\"https://a.test/x.js\"></script>`\n"),
        ("Server.java", "class Server { String page = \"<html><script src='https://a.test/x.js'></script>\"; }\n"),
        ("server.rb", "PAGE = <<~HTML\n  <!doctype html>\n  <script src=\"https://a.test/x.js\"></script>\nHTML\n"),
        ("page.ps1", "$page = @\"\n<!DOCTYPE html>\n<script src='https://a.test/x.js'></script>\n\"@\n"),
    ] {
        assert_eq!(used(path, source), ["script-src https://a.test/x.js"], "{path}");
    }
}
