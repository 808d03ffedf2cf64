//! Every property has witnesses, and they are asked for where the property is judged: so no property holds because nothing
//! ever happened. That they are seen is what `keyholder check` looks at, in every world.

use keyholder_model::properties;
use keyholder_model::witness::{NAMES, OF_PROPERTIES};
use keyholder_model::worlds::WORLDS;

fn bit(name: &str) -> u32 {
    let at = NAMES.iter().position(|it| *it == name);
    at.unwrap_or_else(|| panic!("there is no witness \"{name}\"")) as u32
}

#[test]
fn every_property_has_witnesses_in_a_world_that_judges_it() {
    assert_eq!(OF_PROPERTIES.map(|(property, _)| property), properties::NAMES);
    for (property, witnesses) in OF_PROPERTIES {
        assert!(!witnesses.is_empty(), "{property} has no witness");
        for witness in witnesses {
            let bit = bit(witness);
            let asked = WORLDS.iter().any(|world| world.judges(property) && world.shows.contains(&bit));
            assert!(asked, "{property}: no world that judges it must show \"{witness}\"");
        }
    }
}

#[test]
fn every_witness_has_its_own_name_and_is_asked_for() {
    for (at, name) in (0..).zip(NAMES) {
        assert_eq!(bit(name), at, "\"{name}\" stands twice");
        assert!(WORLDS.iter().any(|world| world.shows.contains(&at)), "no world must show \"{name}\"");
    }
    for world in WORLDS {
        assert_eq!(world.wanted().count_ones() as usize, world.shows.len(), "{} asks twice", world.name);
        assert!(
            world.shows.iter().all(|bit| (*bit as usize) < NAMES.len()),
            "{} asks for what is not there",
            world.name
        );
    }
}
