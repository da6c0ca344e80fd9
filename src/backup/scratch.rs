//! temporary
use std::fs;
use std::path::{Path, PathBuf};
pub struct Scratch(PathBuf);
impl Scratch {
    pub fn make(root: &Path, id: &str, _quota: u64, _keep_out: &[PathBuf]) -> Result<Self, String> {
        let folder = root.join(format!("verify-{id}"));
        for sub in ["tools", "restored"] {
            fs::create_dir_all(folder.join(sub)).map_err(|error| error.to_string())?;
        }
        Ok(Scratch(folder))
    }
    pub fn tools(&self) -> PathBuf {
        self.0.join("tools")
    }
    pub fn restored(&self) -> PathBuf {
        self.0.join("restored")
    }
    pub fn used(&self) -> u64 {
        0
    }
    pub fn over_quota(&self) -> bool {
        false
    }
    pub fn remove(&self) -> Result<(), String> {
        fs::remove_dir_all(&self.0).map_err(|e| e.to_string())
    }
}
