//! A test of the generated client. It creates an agent with a repeated request, follows the agent's operation, clears
//! fields, finds the agent in the list, and gets a problem.

use std::env;

use switchboard_client::{
    apis::{
        Error,
        agents_api::{self as agents, CreateAgentError, GetAgentError},
        configuration::Configuration,
        operations_api as operations,
    },
    models::{
        AgentPatch, Direction, GreetingPatch, NewAgent, NewGreeting, NewPrompt, NewVoice, OperationKind, OperationState, Problem,
        ProblemCode, SyncState,
    },
};

fn agent(speed: f64) -> NewAgent {
    NewAgent {
        external_ref: Some(Some("rust".to_owned())),
        greeting: Some(Some(Box::new(NewGreeting {
            message: Some(Some("Guten Tag!".to_owned())),
            ..Default::default()
        }))),
        ..NewAgent::new(
            "Reception".to_owned(),
            Direction::Inbound,
            "de".to_owned(),
            NewPrompt::new("You answer the phone.".to_owned()),
            NewVoice { speed: Some(Some(speed)), ..NewVoice::new("warm-female".to_owned()) },
        )
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let configuration = Configuration {
        base_path: env::var("SWITCHBOARD_URL").unwrap(),
        bearer_access_token: env::var("SWITCHBOARD_KEY").ok(),
        ..Default::default()
    };

    let create = || agents::create_agent(&configuration, agent(1.1), Some("wait=30"), Some("once-in-rust"), None);
    let created = create().await.unwrap();
    assert_eq!(created.greeting.unwrap().message.as_deref(), Some("Guten Tag!"));
    assert_eq!(created.placement.vendor, "qcall");
    assert_eq!(created.sync.state, SyncState::InSync);
    assert_eq!(create().await.unwrap().id, created.id);

    let followed = operations::list_operations(&configuration, None, None, None, Some(&created.id), None).await.unwrap();
    let [operation] = &followed.data[..] else { panic!("{followed:?}") };
    assert_eq!((operation.kind, operation.state), (OperationKind::Create, OperationState::Succeeded));

    let patch = AgentPatch {
        greeting: Some(Some(Box::new(GreetingPatch { message: Some(None), ..Default::default() }))),
        external_ref: Some(None),
        ..Default::default()
    };
    let revision = format!("\"{}\"", created.revision);
    let patched = agents::patch_agent(&configuration, &created.id, patch, Some(&revision), None, None, None).await.unwrap();
    assert_eq!(patched.greeting.and_then(|greeting| greeting.message), None);
    assert_eq!(patched.external_ref, None);
    assert_eq!(patched.voice.speed, Some(1.1));
    assert_eq!(patched.revision, created.revision + 1);

    let listed = agents::list_agents(&configuration, Some(200), None, None, None, None, None, None, None, None, None, None, None, None, None).await.unwrap();
    assert!(listed.data.iter().any(|agent| agent.id == created.id));
    assert_eq!(listed.next_cursor, None);

    let refused = agents::create_agent(&configuration, agent(9.0), None, None, None).await.unwrap_err();
    let Error::ResponseError(refused) = refused else { panic!("{refused}") };
    let Some(CreateAgentError::Status400(problem)) = refused.entity else { panic!("{}", refused.content) };
    assert_eq!((problem.status, problem.code), (422, ProblemCode::ValidationFailed));
    let pointers: Vec<_> = problem.errors.unwrap().into_iter().map(|error| error.pointer.unwrap()).collect();
    assert_eq!(pointers, ["/voice/speed"]);

    let missing = agents::get_agent(&configuration, "agt_00000000000000000000000000", None).await.unwrap_err();
    let Error::ResponseError(missing) = missing else { panic!("{missing}") };
    let Some(GetAgentError::Status400(Problem { code, .. })) = missing.entity else { panic!("{}", missing.content) };
    assert_eq!(code, ProblemCode::NotFound);
}
