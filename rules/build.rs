//! Embeds every file under `rules/` that ends in `.toml`, so that a new rule is one new file.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let rules = Path::new(&root).join("rules");
    println!("cargo::rerun-if-changed={}", rules.display());
    let mut code = String::from("/// Every data file under `rules/`: its path there, with forward slashes, and its text.\n");
    code.push_str("pub(crate) static FILES: &[(&str, &str)] = &[\n");
    for entry in walkdir::WalkDir::new(&rules).sort_by_file_name() {
        let entry = entry?;
        if entry.path().extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name: Vec<_> = entry.path().strip_prefix(&rules)?.iter().map(|part| part.to_string_lossy()).collect();
        writeln!(code, "    ({:?}, include_str!({:?})),", name.join("/"), entry.path().display().to_string())?;
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), code)?;
    Ok(())
}
