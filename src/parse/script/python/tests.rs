//! What is found in Python programs, and where.

use crate::parse::script::tests::urls;

#[test]
fn strings_are_decoded_in_place() {
    assert_eq!(urls("a.py", r#"x = "https:\x2f/a.test/\u00e9""#), ["1:6-1:30 mention https://a.test/é"]);
    assert_eq!(urls("a.py", r#"x = r"https://a.test/\x41""#), ["1:7-1:22 mention https://a.test/"]);
    assert_eq!(urls("a.py", "x = '''\n  https://a.test/\\\nb\n'''"), ["2:3-3:2 mention https://a.test/b"]);
    assert_eq!(urls("a.py", "x = f'https://a.test/{{x}}'"), ["1:7-1:27 mention https://a.test/{x}"]);
    assert_eq!(urls("a.py", "é = 1; x = 'https://a.test/'"), ["1:13-1:28 mention https://a.test/"]);
}

#[test]
fn requests_are_endpoints() {
    let source = "import requests as r\nfrom httpx import post\nr.get('https://a.test/')\npost(url='https://b.test/')\nr.request('PUT', 'https://c.test/')\nother.get('https://d.test/')\n";
    assert_eq!(
        urls("a.py", source),
        [
            "3:8-3:23 endpoint https://a.test/",
            "4:11-4:26 endpoint https://b.test/",
            "5:19-5:34 endpoint https://c.test/",
            "6:12-6:27 mention https://d.test/"
        ]
    );
}

#[test]
fn sessions_and_clients_are_followed() {
    let source = "import httpx, aiohttp\nwith httpx.Client(base_url='https://a.test') as c:\n    c.get('/x')\nasync def f():\n    async with aiohttp.ClientSession() as s:\n        async with s.post('https://b.test/') as r:\n            pass\n";
    assert_eq!(urls("a.py", source), ["2:29-2:43 endpoint https://a.test", "3:12-3:14 endpoint /x", "6:28-6:43 endpoint https://b.test/"]);
}

#[test]
fn texts_are_built_in_every_way() {
    for expression in [
        "f'{B}/x/{i}'",
        "'%s/x/%s' % (B, i)",
        "'%(b)s/x/%(i)s' % {'b': B, 'i': i}",
        "'{}/x/{}'.format(B, i)",
        "'{b}/x/{0}'.format(i, b=B)",
        "B + '/x/' + i",
        "'/'.join([B, 'x', i])",
        "os.path.join(B, 'x', i)",
        "B + f\"/{'x'}/{i:>4}\"",
        "(B.rstrip('/')\n  + '/x/' + i)",
    ] {
        let source = format!("import os, requests\nB = 'https://a.test'\ndef f(i):\n  requests.get({expression})\n");
        assert_eq!(urls("a.py", &source), ["2:6-2:20 endpoint https://a.test/x/{i}"], "{expression}");
    }
    let source = "import os, requests\nfrom urllib.parse import urljoin\nB = os.environ.get('B', 'https://a.test/v1/')\nrequests.get(urljoin(B, 'x'))\n";
    assert_eq!(urls("a.py", source), ["3:26-3:44 endpoint https://a.test/v1/x"]);
}

#[test]
fn objects_keep_their_fields() {
    let source = "import requests\nclass C:\n    BASE = 'https://a.test'\n    def __init__(self, base=None):\n        self.s = requests.Session()\n        self.base = base or 'https://b.test'\n    def f(self):\n        self.s.get(self.BASE + '/x')\n        self.s.post(self.base + '/y')\n";
    assert_eq!(urls("a.py", source), ["3:13-3:27 endpoint https://a.test/x", "6:30-6:44 endpoint https://b.test/y"]);
}

#[test]
fn commands_are_read_as_a_shell_reads_them() {
    let source = "import os, subprocess\nU = 'https://a.test'\nos.system(f'curl -sL {U}/x | sh')\nsubprocess.run(['wget', '-q', 'https://b.test/y'])\nprint('curl -X POST https://c.test/z')\n";
    assert_eq!(
        urls("a.py", source),
        ["2:6-2:20 download https://a.test/x", "4:32-4:48 download https://b.test/y", "5:21-5:37 mention https://c.test/z"]
    );
}

#[test]
fn prose_only_mentions() {
    let source =
        "\"\"\"See https://a.test/x.\"\"\"\n# and https://b.test\nX = {'k': 'https://c.test'}\nraise E('see https://d.test, please')\n";
    assert_eq!(
        urls("a.py", source),
        [
            "1:8-1:24 mention https://a.test/x",
            "2:7-2:21 mention https://b.test",
            "3:12-3:26 mention https://c.test",
            "4:14-4:28 mention https://d.test"
        ]
    );
}

#[test]
fn tests_and_sessions_are_samples() {
    let source = "import requests\nrequests.get('https://a.test/')\n";
    assert_eq!(urls("x/test_a.py", source), ["2:15-2:30 mention https://a.test/"]);
    let session = ">>> import requests\n>>> requests.get(\n...   'https://a.test/')\n<Response at https://b.test/>\n";
    assert_eq!(urls("a.py", session), ["3:8-3:23 endpoint https://a.test/", "4:14-4:29 mention https://b.test/"]);
}

#[test]
fn python_2_is_read() {
    let source = "import urllib2\nprint 'https://a.test/', x\nexec 'y'\nurllib2.urlopen(u'https://b.test/')\n";
    assert_eq!(urls("a.py", source), ["2:8-2:23 mention https://a.test/", "4:19-4:34 endpoint https://b.test/"]);
}

#[test]
fn broken_and_hostile_programs_are_bounded() {
    for part in [
        "(",
        "[",
        "f(",
        "{1:",
        "f'{",
        "'''",
        "'",
        "if x:\n ",
        "a.b",
        "x+",
        "lambda:",
        "not ",
        "elif x:\n",
        "a if b else ",
        "@",
        "'a' ",
        "[x for ",
        ">>> ",
        "*",
        "a=",
        "f\"{f'{",
    ] {
        urls("a.py", &part.repeat(20_000));
    }
    assert_eq!(urls("a.py", "def f(:\n  x = 'https://a.test/'\n"), ["2:8-2:23 mention https://a.test/"]);
}

#[test]
fn old_python_keeps_its_strings() {
    let source = "print >>sys.stderr, 'see https://a.test', `x`\nexec 'y' in z\nraise E, 'https://b.test'\nprint \"https://c.test/%s\" % x,\nurllib2.urlopen(ur'https://d.test')\n";
    assert_eq!(
        urls("a.py", source),
        [
            "1:26-1:40 mention https://a.test",
            "3:11-3:25 mention https://b.test",
            "4:8-4:25 mention https://c.test/%s",
            "5:20-5:34 endpoint https://d.test",
        ]
    );
}

#[test]
fn documentation_strings_show_samples() {
    let source = "def f():\n    \"\"\"See https://a.test, or::\n\n        curl -X POST \\\\\n          https://b.test/$X\n\n    >>> get('https://c.test/' + x)\n    'https://d.test'\n\n    .. code-block:: go\n\n       http.Get(\"https://e.test\")\n    \"\"\"\n    get('https://f.test')\n";
    assert_eq!(
        urls("a.py", source),
        [
            "2:12-2:26 mention https://a.test",
            "5:11-5:28 mention https://b.test/{X}",
            "7:14-7:29 mention https://c.test/",
            "8:6-8:20 mention https://d.test",
            "12:18-12:32 mention https://e.test",
            "14:10-14:24 mention https://f.test",
        ]
    );
}

#[test]
fn restructured_text_shows_samples() {
    let source = "Title\n=====\n\nRun https://a.test::\n\n    $ curl https://b.test/$X # c\n\n.. code-block:: python\n   :linenos:\n\n   get(f\"https://d.test/{x}\")\n";
    assert_eq!(
        urls("a.rst", source),
        ["4:5-4:19 mention https://a.test", "6:12-6:29 mention https://b.test/{X}", "11:10-11:25 mention https://d.test/"]
    );
}
