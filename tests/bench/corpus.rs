//! A documentation repository made from nothing: the same bytes every time, shaped like real ones.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// What to make.
pub struct Shape {
    pub pages: usize,
    pub sources: usize,
    pub html: usize,
}

/// Writes the tree below `root` and returns its size in bytes.
pub fn write(root: &Path, shape: &Shape) -> io::Result<u64> {
    let mut words = Words(0x9E37_79B9_7F4A_7C15);
    let mut bytes = 0;
    let mut file = |path: String, text: String| -> io::Result<()> {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        bytes += text.len() as u64;
        std::fs::write(path, text)
    };
    for n in 0..shape.pages {
        file(format!("docs/part-{}/page-{n}.md", n % 40), page(&mut words, n))?;
    }
    for n in 0..shape.sources {
        let (extension, text) = source(&mut words, n);
        file(format!("src/pkg_{}/file_{n}.{extension}", n % 20), text)?;
    }
    for n in 0..shape.html {
        file(format!("site/{}/page-{n}.html", n % 40), html(&mut words, n))?;
    }
    file("mkdocs.yml".to_owned(), "site_name: x\ntheme:\n  name: material\n  font: false\n".to_owned())?;
    Ok(bytes)
}

/// A small generator of words (Marsaglia's xorshift), so that no two pages are alike.
struct Words(u64);

const WORDS: &[&str] = &[
    "agent",
    "deploy",
    "the",
    "request",
    "and",
    "token",
    "policy",
    "with",
    "region",
    "of",
    "status",
    "run",
    "to",
    "workspace",
    "is",
    "build",
];

impl Words {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn sentence(&mut self, length: usize) -> String {
        let words: Vec<&str> = (0..length).map(|_| WORDS[(self.next() % WORDS.len() as u64) as usize]).collect();
        words.join(" ")
    }
}

fn page(words: &mut Words, n: usize) -> String {
    let mut text = format!("---\ntitle: Page {n}\n---\n\n# Page {n}\n\n");
    for section in 0..6 {
        let _ = writeln!(text, "## Section {section}\n");
        for _ in 0..4 {
            let _ = writeln!(
                text,
                "{} [{}](https://docs.example.com/{}) {}.\n",
                words.sentence(30),
                words.sentence(2),
                words.next() % 1000,
                words.sentence(25)
            );
        }
        match section {
            0 => text.push_str("![A picture](../images/picture.png)\n\n"),
            1 => text.push_str("```bash\ncurl -H \"Authorization: Bearer $TOKEN\" https://api.example.com/v1/runs\n```\n\n"),
            2 => text.push_str("| Field | Meaning |\n|---|---|\n| `id` | The id |\n| `name` | The name |\n\n"),
            3 => text.push_str("!!! note\n    Indented **text** with a [link](../other.md).\n\n"),
            4 => text.push_str("<figure><img src=\"/assets/picture.png\" alt=\"A picture\"></figure>\n\n"),
            _ => text.push_str("```python\nimport requests\nrequests.get(\"https://api.example.com/v1/runs\", timeout=3)\n```\n\n"),
        }
    }
    text
}

fn source(words: &mut Words, n: usize) -> (&'static str, String) {
    let mut text = String::new();
    for function in 0..30 {
        let (name, about) = (words.next() % 10_000, words.sentence(8));
        let _ = match n % 8 {
            0 => writeln!(
                text,
                "def call_{name}(client, value):\n    # {about}\n    url = f\"https://api.example.com/v1/{function}/{{value}}\"\n    return client.get(url)\n"
            ),
            1 => writeln!(
                text,
                "// {about}\nexport function call{name}(value) {{\n  return fetch(`https://api.example.com/v1/{function}/${{value}}`);\n}}\n"
            ),
            2 => writeln!(
                text,
                "// {about}\nfunc Call{name}(value string) string {{\n\treturn fmt.Sprintf(\"https://api.example.com/v1/{function}/%s\", value)\n}}\n"
            ),
            3 => writeln!(
                text,
                "// {about}\nexport async function call{name}(value: string): Promise<Response> {{\n  return fetch(`https://api.example.com/v1/{function}/${{value}}`);\n}}\n"
            ),
            4 => writeln!(
                text,
                "class Call{name}{function} {{\n  // {about}\n  String url(String value) {{\n    return \"https://api.example.com/v1/{function}/\" + value;\n  }}\n}}\n"
            ),
            5 => writeln!(
                text,
                "# {about}\ndef call_{name}(client, value)\n  client.get(\"https://api.example.com/v1/{function}/#{{value}}\")\nend\n"
            ),
            6 => writeln!(
                text,
                "# {about}\nfunction Get-Call{name} {{\n  Invoke-RestMethod \"https://api.example.com/v1/{function}/$Value\"\n}}\n"
            ),
            _ => writeln!(text, "# {about}\ncall_{name}() {{\n  curl -fsS \"https://api.example.com/v1/{function}/$1\"\n}}\n"),
        };
    }
    (["py", "js", "go", "ts", "java", "rb", "ps1", "sh"][n % 8], text)
}

fn html(words: &mut Words, n: usize) -> String {
    let mut text = format!(
        "<!doctype html><html><head><title>Page {n}</title><link rel=\"stylesheet\" href=\"../style.css\"><script src=\"../app.js\"></script></head><body>\n"
    );
    for _ in 0..120 {
        let _ = writeln!(
            text,
            "<p class=\"block\">{} <a href=\"https://docs.example.com/{}\">{}</a> &amp; {}</p>",
            words.sentence(20),
            words.next() % 1000,
            words.sentence(2),
            words.sentence(20)
        );
    }
    text.push_str("</body></html>\n");
    text
}
