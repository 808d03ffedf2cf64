//! `keyholder explore`: stateright's Explorer over a world, in the browser.

use crate::args::ExploreArguments;
use crate::output::{self, Paint, Tone};
use keyholder_core::rules::Standard;
use keyholder_model::properties::Listed;
use keyholder_model::world::Game;
use stateright::Model;
use std::io;
use std::net::{SocketAddr, TcpListener};

/// Serves until the program is ended.
pub(crate) fn run(arguments: &ExploreArguments) -> io::Result<bool> {
    let address = free(arguments.address)?;
    let world = arguments.world;
    match (&arguments.variant, world) {
        (Some(named), _) => {
            let variant = named.0;
            let place = world.map_or("its own world".to_owned(), |it| format!("the world {}", it.name));
            announce(address, &format!("{} in {place}: {}", variant.name, variant.about))?;
            serve(Game::new(variant.rules, world.map_or(variant.bounds, |it| it.ci)), address);
        }
        (None, Some(world)) => {
            announce(address, &format!("{}: {}", world.name, world.about))?;
            serve(Game::new(&Standard, world.ci), address);
        }
        // The command line requires one of the two.
        (None, None) => return Err(io::Error::other("there is no world to explore")),
    }
    Ok(true)
}

/// The address with a port that is free right now. stateright would panic where it cannot listen, so it is tried before.
fn free(address: SocketAddr) -> io::Result<SocketAddr> {
    let tried = TcpListener::bind(address).and_then(|listener| listener.local_addr());
    tried.map_err(|error| {
        io::Error::other(format!("cannot serve on {address}: {error}; another place: --address 127.0.0.1:0"))
    })
}

fn announce(address: SocketAddr, what: &str) -> io::Result<()> {
    let url = Paint::new().text(Tone::Strong, &format!("http://{address}/"));
    output::say(&format!("{what}\n\n  {url}\n\nCtrl-C ends it."))
}

fn serve<R: Listed + ?Sized>(game: Game<R>, address: SocketAddr) {
    game.checker().serve(address);
}
