//! A service catalogue, and the plans it makes.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Catalog {
    #[serde(default)]
    tiers: Vec<CatalogTier>,
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct CatalogTier {
    name: String,
}

#[derive(Deserialize)]
struct Service {
    name: String,
    friendly_name: Option<String>,
    tier: Option<String>,
    #[serde(default)]
    teams: Vec<String>,
    technical: Option<Technical>,
}

#[derive(Deserialize)]
struct Technical {
    dependencies: Option<Vec<Needs>>,
}

#[derive(Deserialize)]
struct Needs {
    service: Option<String>,
}

/// A plan file, with the few keys that a catalogue can fill.
#[derive(Default, Serialize)]
struct Plan {
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<Named>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    systems: Vec<System>,
}

#[derive(Serialize)]
struct Named {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct System {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<On>,
}

#[derive(Serialize)]
struct On {
    on: String,
}

/// The team of services that name none.
const NO_TEAM: &str = "unassigned";

/// Writes the workspace that a catalogue makes into a folder.
pub fn convert(catalog: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let catalog: Catalog = serde_yaml::from_str(catalog)?;
    fs::create_dir_all(folder.join("plans"))?;
    let organization = Named {
        id: None,
        name: "Service catalogue".to_owned(),
    };
    let tiers = catalog.tiers.iter().map(|tier| named(&tier.name)).collect();
    let plan = Plan {
        organization: Some(organization),
        tiers,
        ..Plan::default()
    };
    fs::write(folder.join("mainstay.yaml"), serde_yaml::to_string(&plan)?)?;
    for (team, systems) in by_team(catalog.services) {
        let file = folder.join("plans").join(format!("{team}.yaml"));
        let plan = Plan {
            team: Some(named(&team)),
            systems,
            ..Plan::default()
        };
        fs::write(file, serde_yaml::to_string(&plan)?)?;
    }
    Ok(())
}

fn named(id: &str) -> Named {
    Named {
        id: Some(id.to_owned()),
        name: id.to_owned(),
    }
}

/// The services of each team; one that several teams share goes to the first.
fn by_team(services: Vec<Service>) -> BTreeMap<String, Vec<System>> {
    let mut teams: BTreeMap<String, Vec<System>> = BTreeMap::new();
    for service in services {
        let team = service
            .teams
            .first()
            .cloned()
            .unwrap_or_else(|| NO_TEAM.to_owned());
        teams.entry(team).or_default().push(system(service));
    }
    teams
}

fn system(service: Service) -> System {
    let needs = service
        .technical
        .and_then(|technical| technical.dependencies);
    let needs = needs
        .unwrap_or_default()
        .into_iter()
        .filter_map(|needs| needs.service);
    System {
        name: service
            .friendly_name
            .unwrap_or_else(|| service.name.clone()),
        id: service.name,
        tier: service.tier,
        depends_on: needs.map(|on| On { on }).collect(),
    }
}
