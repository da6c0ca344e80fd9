//! A playbook of Ansible.

use super::{Stated, typed};
use crate::model::{Setting, plain};

plain! {
    /// A playbook of Ansible that is run by its program `ansible-playbook`. It succeeds when its
    /// plays were for one host at least, all hosts could be reached and no task failed.
    pub struct Ansible {
        /// The playbook, a file relative to the workspace. It runs in the workspace.
        pub playbook: String,
        /// The inventory: a file or folder relative to the workspace, or hosts with a comma
        /// behind each, such as `db1,db2,`. Ansible's own, when left out.
        pub inventory: Option<String>,
        /// The hosts it is limited to, as a pattern of Ansible.
        pub limit: Option<String>,
        /// The values it is given for its variables, before all others.
        #[serde(default)]
        pub extra_vars: Vec<Setting>,
        /// The names of environment variables it is given; their values are never in a plan.
        /// `PATH`, `HOME` and `LANG` it always has.
        #[serde(default)]
        pub environment: Vec<String>,
    }
}

impl Stated for Ansible {
    fn only_looks(&self) -> bool {
        false
    }

    fn line(&self) -> String {
        let mut argv = vec!["ansible-playbook".to_owned()];
        let option = |name: &str, value: &str| [name.to_owned(), value.to_owned()];
        argv.extend(
            self.inventory
                .iter()
                .flat_map(|value| option("--inventory", value)),
        );
        argv.extend(self.limit.iter().flat_map(|value| option("--limit", value)));
        let vars = self.extra_vars.iter();
        let vars = vars.map(|var| format!("{}={}", var.name, var.value));
        argv.extend(vars.flat_map(|var| option("--extra-vars", &var)));
        argv.push(self.playbook.clone());
        typed(&argv)
    }
}
