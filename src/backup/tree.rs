//! temporary
pub fn count(root: &std::path::Path) -> std::io::Result<(u64, u64)> {
    let mut all = (0, 0);
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let (files, bytes) = count(&entry.path())?;
            all = (all.0 + files, all.1 + bytes);
        } else if kind.is_file() {
            all = (all.0 + 1, all.1 + entry.metadata()?.len());
        }
    }
    Ok(all)
}
