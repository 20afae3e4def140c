//! The front of a portal: what two portals share around their own pages. The sign-in knows nothing of it.
//!
//! A portal on this front writes four things of its own:
//! 1. a configuration with the fields `server`, `oidc`, `log`, `master_keys`, `keys_file`, `insurers` and whatever else
//!    it needs, and a method that makes [`Sections`] of them;
//! 2. a [`Portal`]: its name, its first page after signing in, its words, its files (`<name>.css` and icons), its tables;
//! 3. pages: askama structs with the fields `shell` ([`Pages::shell`]) and `head` ([`Pages::head`]) whose templates extend
//!    `portal.html`, or `portal_step.html` where a page is one form, shown by [`Pages::show`];
//! 4. its routes, as a function from the [`House`] to a router of which it is the state.
//!
//! ```text
//! #[derive(Clone)]
//! struct App { house: House, config: Arc<Config> }
//!
//! impl FromRef<App> for Arc<Kit> {
//!     fn from_ref(app: &App) -> Self { Arc::clone(&app.house.kit) }
//! }
//!
//! async fn home(State(app): State<App>, arrival: Arrival) -> Response {
//!     let shell = app.house.pages.shell(arrival.language, None, own_switch("/", None));
//!     app.house.pages.show(StatusCode::OK, &Home { head: app.house.pages.head(None), shell })
//! }
//!
//! async fn costs(State(app): State<App>, arrival: Arrival, member: SignedIn) -> Response { … }
//!
//! fn pages(app: App) -> Router {
//!     Router::new().route("/", get(home)).route("/costs", get(costs)).with_state(app)
//! }
//!
//! pub async fn start(config: Config, clock: Arc<dyn Clock>, shutdown: CancellationToken) -> Result<Running, StartError> {
//!     let (sections, config) = (config.sections(), Arc::new(config));
//!     front::start(portal(), sections, (clock, shutdown), |house| pages(App { house, config })).await
//! }
//! ```
//!
//! The front adds the sign-in's paths, `/manifest.webmanifest`, `/worker.js`, `/offline`, the served files, the page for what
//! does not exist, and everything a request meets before a page: the edge, the check where a form comes from, the choice
//! of a language. Its words are keys that begin with `front.`; a portal says one its own way by having the same key, and
//! has three more: `portal.what`, `portal.platform` and `portal.platform_what`.
//!
//! It must stay true that no page is kept in a browser, and that nothing on a page comes from elsewhere.

mod config;
mod doors;
mod edge;
mod files;
mod house;
mod limit;
mod look;
mod pages;
pub mod pdf;
mod start;
mod view;

pub use config::{Both, ConfigError, Insurer, Log, Sections, Server};
pub use doors::{lenient, onward, own_switch, query, readable};
pub use edge::router;
pub use house::{AssemblyError, House, Means, Portal, Rooms};
pub use limit::Limit;
pub use pages::Pages;
pub use start::{Running, StartError, open_database, open_ring, start};
pub use view::{Head, Message, SignOut};
