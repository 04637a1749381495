//! `ikespec check` with three routers or more: every pair that has a tunnel is tried as two routers are.

mod elsewhere;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use ios::{Diagnostic, RouterDescription, Severity, Sources, Style};
use lab::certificates::Mint;
use lab::scenario::RouterText;
use lab::sites::{self, Links};

use super::{Arguments, CheckedPair, Format, advise, try_both};
use crate::input::{Input, Unusable};
use crate::progress::Progress;
use crate::trouble::Trouble;
use crate::{Status, console, report};

/// Several routers, and what came of each pair of them.
pub struct Network {
    /// The routers, in the order given.
    pub routers: Vec<Site>,
    /// Who has a tunnel to whom. Routers are told by their place in `routers`.
    pub links: Links,
    /// What came of each pair of `links`, in their order.
    pub pairs: Vec<Result<CheckedPair, Unusable>>,
}

/// A router of several.
pub struct Site {
    /// Its host name.
    pub name: String,
    /// Its text, as it was read.
    pub sources: Sources,
    text: RouterText,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<Status, Trouble> {
    let mut progress = Progress::of("negotiating");
    let (routers, descriptions) = read(arguments)?;
    let links = sites::links(&descriptions);
    let network = Network { pairs: Vec::new(), routers, links };
    if network.links.pairs.is_empty() {
        return Err(without_pairs(&network));
    }
    progress.count_to(network.links.pairs.len(), "pairs");
    let mint = Mint::new();
    let pairs = in_parallel(&network.links.pairs, |&(one, other)| {
        let [one, other] = [one, other].map(|router| &network.routers[router]);
        let checked = try_pair(arguments, one, other, &mint);
        progress.advance();
        checked
    });
    let mut network = Network { pairs: pairs.into_iter().collect::<Result<_, _>>()?, ..network };
    elsewhere::try_repairs(arguments, &mut network, &mint)?;
    drop(progress);

    warn(&network, arguments.verbose);
    let report = match arguments.format {
        Format::Text => report::several::print(&network, arguments.verbose),
        Format::Json => report::several::print_json(&network),
    };
    console::print(&report)?;
    Ok(network.status())
}

impl Network {
    fn status(&self) -> Status {
        if self.pairs.iter().any(Result::is_err) {
            Status::Incomplete
        } else if self.pairs.iter().flatten().all(CheckedPair::is_fine) {
            Status::Fine
        } else {
            Status::Findings
        }
    }
}

/// The routers, and what their texts say. What is wrong with a text is told by the pairs that need it.
fn read(arguments: &Arguments) -> Result<(Vec<Site>, Vec<RouterDescription>), Trouble> {
    let texts = arguments.input.read_texts(&arguments.more)?;
    let (mut routers, mut descriptions): (Vec<Site>, _) = (Vec::new(), Vec::new());
    for text in texts {
        let mut sources = Sources::new();
        let file = sources.add(text.file.as_str(), &text.bytes).map_err(|error| Trouble::input(&error))?;
        let (description, _) = ios::read(&mut sources, &[file]);
        let Some(name) = description.hostname.as_ref().map(|name| name.value.clone()) else {
            return Err(nameless(&text.file));
        };
        if let Some(other) = routers.iter().find(|other| other.name == name) {
            return Err(same_name(&name, &other.text.file, &text.file));
        }
        routers.push(Site { name, sources, text });
        descriptions.push(description);
    }
    Ok((routers, descriptions))
}

/// Both directions between two routers.
fn try_pair(
    arguments: &Arguments,
    one: &Site,
    other: &Site,
    mint: &Mint,
) -> Result<Result<CheckedPair, Unusable>, Trouble> {
    let scenario = arguments.input.pair(&one.text, &other.text)?;
    let name = format!("{} {}", one.text.file, other.text.file);
    let input = match Input::of(name, scenario, arguments.input.at(), mint) {
        Ok(input) => input,
        Err(unusable) => return Ok(Err(unusable)),
    };
    let tried = try_both(&input)?;
    let mut pair = CheckedPair { input, tried, advice: Vec::new(), harms: Vec::new() };
    // Of pairs that are up the text shows no advice, and trying it takes longer than all the rest.
    if arguments.verbose || arguments.format == Format::Json || !pair.is_fine() {
        pair.advice = advise(&pair.input, mint, &pair.tried);
    }
    Ok(Ok(pair))
}

/// What comes of each job, in their order. Jobs are done on as many threads as there are processors.
fn in_parallel<J: Sync, T: Send>(jobs: &[J], work: impl Fn(&J) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || {
        let place = next.fetch_add(1, Ordering::Relaxed);
        jobs.get(place).map(|job| (place, job))
    };
    let labour = || std::iter::from_fn(take).map(|(place, job)| (place, work(job))).collect::<Vec<_>>();
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..processors.min(jobs.len())).map(|_| scope.spawn(labour)).collect();
        let joined = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.flatten().collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Prints what is wrong with the texts, each finding once, though a router may be in many pairs.
fn warn(network: &Network, all: bool) {
    let mut said = BTreeSet::new();
    for pair in &network.pairs {
        let findings: Vec<String> = match pair {
            Ok(pair) => pair.input.rendered_warnings(all).collect(),
            Err(Unusable { errors, sources }) => {
                let errors = errors.iter().filter(|error| error.severity == Severity::Error);
                errors.map(|error| format!("{}\n", error.render(sources, Style::Coloured))).collect()
            }
        };
        for finding in findings {
            if !said.contains(&finding) {
                console::complain(&finding);
                said.insert(finding);
            }
        }
    }
}

fn nameless(file: &str) -> Trouble {
    let message = format!("{file} does not tell what its router is called");
    let help = "add its line `hostname NAME`: of several routers each is told by its name";
    Trouble::input(&Diagnostic::error("no-host-name", message).help(help))
}

fn same_name(name: &str, one: &str, other: &str) -> Trouble {
    let name = console::escaped(name);
    let message = format!("{one} and {other} are both of a router called {name}");
    let help = "put the outputs of one router into one file; give routers of the same name other names";
    Trouble::input(&Diagnostic::error("same-host-name", message).help(help))
}

fn without_pairs(network: &Network) -> Trouble {
    let message = format!("none of the {} routers has a tunnel to another of them", network.routers.len());
    let diagnostic = Diagnostic::error("no-path", message);
    let mut diagnostic = diagnostic.help("give the texts of both ends of at least one tunnel");
    for stranger in report::several::strangers(network) {
        diagnostic = diagnostic.help(stranger);
    }
    Trouble::input(&diagnostic)
}
