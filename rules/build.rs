//! Embeds every file under `rules/` that ends in `.toml`, so that a new rule is one new file. They are embedded as JSON, which is
//! read in a fraction of the time: each run reads all of them.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let rules = Path::new(&root).join("rules");
    println!("cargo::rerun-if-changed={}", rules.display());
    let mut code = String::from("/// Every data file under `rules/`: its path there, with forward slashes, and what it says, as JSON.\n");
    code.push_str("pub(crate) static FILES: &[(&str, &str)] = &[\n");
    for entry in walkdir::WalkDir::new(&rules).sort_by_file_name() {
        let entry = entry?;
        if entry.path().extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name: Vec<_> = entry.path().strip_prefix(&rules)?.iter().map(|part| part.to_string_lossy()).collect();
        let name = name.join("/");
        let text = fs::read_to_string(entry.path())?;
        let data: serde_json::Value = toml::from_str(&text).map_err(|error| format!("rules/{name}: {error}"))?;
        writeln!(code, "    ({name:?}, {:?}),", data.to_string())?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), code)?;
    Ok(())
}
