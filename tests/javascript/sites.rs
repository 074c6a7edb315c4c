//! What the configurations of site generators make every page load.

use super::used;

#[test]
fn docusaurus_is_told_scripts_style_sheets_and_html() {
    let source = "const config = {
  favicon: 'https://a.test/favicon.ico',
  scripts: ['https://b.test/b.js', { src: 'https://c.test/c.js', async: true }],
  stylesheets: ['https://d.test/d.css', { href: 'https://e.test/e', type: 'text/css' }],
  headTags: [{ tagName: 'link', attributes: { rel: 'canonical', href: 'https://f.test/' } }],
  themeConfig: {
    navbar: { logo: { alt: 'x', src: 'https://g.test/g.svg' }, items: [{ href: 'https://h.test/' }] },
    footer: { copyright: `<img src=\"https://i.test/i.svg\"/> <a href=\"https://j.test/\">j</a>` },
  },
};
";
    assert_eq!(
        used("docusaurus.config.js", source),
        [
            "img-src https://a.test/favicon.ico",
            "script-src https://b.test/b.js",
            "script-src https://c.test/c.js",
            "style-src https://d.test/d.css",
            "style-src https://e.test/e",
            "navigate https://f.test/",
            "img-src https://g.test/g.svg",
            "img-src https://i.test/i.svg",
            "navigate https://j.test/",
        ]
    );
    let elsewhere =
        "export const demo = { scripts: ['https://a.test/a.js'], logo: 'https://a.test/', copyright: '<img src=\"https://a.test/\">' }";
    assert_eq!(used("src/demo.js", elsewhere), [""; 0]);
}

#[test]
fn heads_are_lists_of_elements() {
    for (path, head, expected) in [
        (".vitepress/config.mts", "[['script', { src: 'https://a.test/a.js' }]]", "script-src https://a.test/a.js"),
        (".vitepress/config.mts", "[['script', {}, \"new Image().src = 'https://a.test/x'\"]]", "img-src https://a.test/x"),
        (".vitepress/config.mts", "[['meta', { property: 'og:image', content: 'https://a.test/x' }]]", ""),
        ("astro.config.mjs", "[{ tag: 'link', attrs: { rel: 'stylesheet', href: 'https://a.test/a' } }]", "style-src https://a.test/a"),
        ("astro.config.mjs", "[{ tag: 'style', content: '@import \"https://a.test/a\"' }]", "style-src https://a.test/a"),
        ("nuxt.config.ts", "{ script: [{ src: 'https://a.test/a.js' }], title: 'https://b.test/' }", "script-src https://a.test/a.js"),
        ("nuxt.config.ts", "{ link: dark ? [{ rel: 'icon', href: 'https://a.test/a' }] : [] }", "img-src https://a.test/a"),
        ("git.js", "'https://a.test/a.git'", ""),
        ("list.js", "[1, 'https://a.test/a.js', { src: 'https://a.test/a.js' }]", ""),
    ] {
        let expected: Vec<_> = std::iter::once(expected).filter(|line| !line.is_empty()).collect();
        assert_eq!(used(path, &format!("export default {{ head: {head} }}\n")), expected, "{path} {head}");
    }
    assert_eq!(used("app.js", "useHead({ script: [{ src: 'https://a.test/a.js' }] })"), ["script-src https://a.test/a.js"]);
}

#[test]
fn sphinx_is_told_scripts_style_sheets_and_logos() {
    let source = "html_js_files = []
html_js_files = ['https://a.test/a.js', ('https://b.test/b', {'async': 'async'})]
html_css_files = ['https://c.test/c']
html_logo = 'https://d.test/d'
html_theme_options = {'announcement': '<img src=\"https://e.test/e\">', 'logo': {'image_dark': 'https://f.test/f'}}
html_baseurl = 'https://g.test/'
def setup(app):
    app.add_js_file('https://h.test/h')
";
    assert_eq!(
        used("docs/conf.py", source),
        [
            "script-src https://a.test/a.js",
            "script-src https://b.test/b",
            "style-src https://c.test/c",
            "img-src https://d.test/d",
            "img-src https://e.test/e",
            "img-src https://f.test/f",
            "script-src https://h.test/h",
        ]
    );
    assert_eq!(used("docs/settings.py", "html_logo = 'https://d.test/d'\nx = {'html': '<img src=\"https://e.test/e\">'}\n"), [""; 0]);
}

#[test]
fn python_makes_pages_of_what_it_is_given() {
    let source = "from fastapi.openapi.docs import get_swagger_ui_html as ui
import streamlit as st
from dash import Dash
ui(openapi_url='https://a.test/', title='x', swagger_js_url='https://b.test/b', swagger_css_url='https://c.test/c')
st.components.v1.html('<script src=\"https://d.test/d\"></script>')
st.image('https://e.test/e')
Dash(__name__, external_scripts=[{'src': 'https://f.test/f'}], external_stylesheets=['https://g.test/g'])
image('https://h.test/h')
";
    assert_eq!(
        used("app.py", source),
        [
            "script-src https://b.test/b",
            "style-src https://c.test/c",
            "script-src https://d.test/d",
            "img-src https://e.test/e",
            "script-src https://f.test/f",
            "style-src https://g.test/g",
        ]
    );
}
