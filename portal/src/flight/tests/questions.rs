//! Statements and prepared statements, from the ticket to the answer.

use std::sync::atomic::Ordering;
use std::time::Duration;

use arrow::array::{AsArray as _, Float64Array, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use arrow_flight::sql::client::FlightSqlServiceClient;
use arrow_flight::{Action, CancelFlightInfoRequest, FlightInfo};
use futures::TryStreamExt as _;
use prost::Message as _;
use tonic::Code;
use tonic::transport::Channel;

use super::canned::{ABOVE, BROKEN, BY_SEX, MEMORY, PANIC, RAW, SLOW};
use super::serving::Serving;

type Client = FlightSqlServiceClient<Channel>;

async fn fetch(client: &mut Client, info: &FlightInfo) -> Result<(SchemaRef, Vec<RecordBatch>), String> {
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let mut stream = client.do_get(ticket).await.map_err(|e| e.to_string())?;
    let mut batches = vec![];
    while let Some(batch) = stream.try_next().await.map_err(|e| e.to_string())? {
        batches.push(batch);
    }
    Ok((stream.schema().unwrap().clone(), batches))
}

#[tokio::test]
async fn an_answer_has_the_promised_shape_and_says_what_is_missing() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;
    let info = client.execute(BY_SEX.to_owned(), None).await.unwrap();
    let promised = info.clone().try_decode_schema().unwrap();
    let (schema, batches) = fetch(&mut client, &info).await.unwrap();
    assert_eq!(promised.fields(), schema.fields());
    assert_eq!(schema.fields().len(), 3);
    assert_eq!(schema.metadata()["sekisho.verdict"], "released");
    assert_eq!(schema.metadata()["sekisho.policy"], "jisedai@1");
    assert_eq!(
        schema.metadata()["sekisho.suppressed"],
        "[{\"row\":1,\"column\":2,\"reason\":\"dominance\"},\
          {\"row\":2,\"column\":1,\"reason\":\"patients\"},{\"row\":2,\"column\":2,\"reason\":\"patients\"}]"
    );
    assert_eq!(batches[0].column(2).null_count(), 2);
}

#[tokio::test]
async fn a_question_runs_once_however_often_its_answer_is_fetched() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;
    let info = client.execute(BY_SEX.to_owned(), None).await.unwrap();
    assert_eq!(serving.house.begun.load(Ordering::SeqCst), 0, "describing is not running");
    for _ in 0..3 {
        fetch(&mut client, &info).await.unwrap();
    }
    assert_eq!(serving.house.begun.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_ticket_is_worth_nothing_in_other_hands() {
    let serving = Serving::new().await;
    let info = serving.client("good-token").await.execute(BY_SEX.to_owned(), None).await.unwrap();
    let mut other = serving.client("second-token").await;
    assert!(fetch(&mut other, &info).await.unwrap_err().contains("no_such_handle"));
    assert_eq!(serving.house.begun.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn companion_columns_come_by_header() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;
    client.set_header("sekisho-reasons", "true");
    let info = client.execute(BY_SEX.to_owned(), None).await.unwrap();
    let promised = info.clone().try_decode_schema().unwrap();
    let names: Vec<_> = promised.fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(names, ["sex", "n", "n__reason", "mean", "mean__reason"]);
    let (schema, batches) = fetch(&mut client, &info).await.unwrap();
    assert_eq!(promised.fields(), schema.fields());
    assert_eq!(batches[0].column(4).as_string::<i32>().value(1), "dominance");
}

#[tokio::test]
async fn values_are_bound_to_prepared_statements_and_can_be_bound_anew() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;
    let mut prepared = client.prepare(ABOVE.to_owned(), None).await.unwrap();
    assert_eq!(prepared.parameter_schema().unwrap().fields().len(), 1);
    assert_eq!(prepared.dataset_schema().unwrap().field(0).name(), "n");
    for (least, n) in [(0.0, 93), (1e12, 0)] {
        let row = RecordBatch::try_from_iter([(
            "least",
            std::sync::Arc::new(Float64Array::from(vec![least])) as _,
        )]);
        prepared.set_parameters(row.unwrap()).unwrap();
        let info = prepared.execute().await.unwrap();
        let (_, batches) = fetch(&mut client, &info).await.unwrap();
        assert_eq!(batches[0].column(0).as_primitive::<Int64Type>().value(0), n);
    }
    let two =
        RecordBatch::try_from_iter([("least", std::sync::Arc::new(Float64Array::from(vec![1.0, 2.0])) as _)]);
    prepared.set_parameters(two.unwrap()).unwrap();
    assert!(prepared.execute().await.unwrap_err().to_string().contains("parameter"));
    prepared.close().await.unwrap();
}

#[tokio::test]
async fn refusals_and_failures_come_with_code_remedy_and_no_inner_text() {
    let serving = Serving::new().await;
    let mut client = serving.client("good-token").await;
    for sql in [RAW, "DELETE FROM visit"] {
        let refused = client.execute(sql.to_owned(), None).await.unwrap_err().to_string();
        assert!(refused.contains("Remedy:") && refused.contains("対処"), "{refused}");
    }
    for (sql, code) in [(MEMORY, "memory"), (BROKEN, "internal")] {
        let info = client.execute(sql.to_owned(), None).await.unwrap();
        let failed = fetch(&mut client, &info).await.unwrap_err();
        assert!(failed.contains(&format!("{code}: ")), "{failed}");
    }
    let panicked = client.execute(PANIC.to_owned(), None).await.unwrap_err().to_string();
    assert!(panicked.contains("internal: ") && !panicked.contains("as asked"), "{panicked}");
    client.execute(BY_SEX.to_owned(), None).await.unwrap();
}

#[tokio::test]
async fn a_question_is_cancelled_by_action_or_by_leaving() {
    let serving = Serving::new().await;
    let dropped = || serving.house.dropped.load(Ordering::SeqCst);
    let mut client = serving.client("good-token").await;

    let info = client.execute(SLOW.to_owned(), None).await.unwrap();
    let (mut waiting, held) = (serving.client("good-token").await, info.clone());
    let fetched = tokio::spawn(async move { fetch(&mut waiting, &held).await });
    while serving.house.begun.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let cancel = CancelFlightInfoRequest::new(info).encode_to_vec();
    let action = Action::new("CancelFlightInfo", cancel);
    client.do_action(action).await.unwrap().try_collect::<Vec<_>>().await.unwrap();
    assert!(fetched.await.unwrap().unwrap_err().contains("cancelled: "));
    assert_eq!(dropped(), 1);

    let info = client.execute(SLOW.to_owned(), None).await.unwrap();
    let left = tokio::time::timeout(Duration::from_millis(200), fetch(&mut client, &info)).await;
    assert!(left.is_err());
    for _ in 0..400 {
        if dropped() == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the question went on without anybody waiting for it");
}

#[tokio::test]
async fn the_code_of_a_status_is_the_one_for_the_failure() {
    use arrow_flight::flight_service_client::FlightServiceClient;
    use arrow_flight::sql::{CommandStatementQuery, ProstMessageExt as _};

    let serving = Serving::new().await;
    let mut client = FlightServiceClient::new(serving.channel().await);
    let command = CommandStatementQuery { query: MEMORY.into(), transaction_id: None };
    let descriptor = arrow_flight::FlightDescriptor::new_cmd(command.as_any().encode_to_vec());
    let with_token = |mut request: tonic::Request<_>| {
        request.metadata_mut().insert("authorization", "Bearer good-token".parse().unwrap());
        request
    };
    let info =
        client.get_flight_info(with_token(tonic::Request::new(descriptor))).await.unwrap().into_inner();
    let mut request = tonic::Request::new(info.endpoint[0].ticket.clone().unwrap());
    request.metadata_mut().insert("authorization", "Bearer good-token".parse().unwrap());
    let status = client.do_get(request).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(status.metadata().get("sekisho-code").unwrap(), "memory");
    assert_eq!(status.metadata().get("sekisho-audit").unwrap(), "17");
    assert!(
        status
            .metadata()
            .get("sekisho-failure")
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("{\"code\":\"memory\"")
    );
}
