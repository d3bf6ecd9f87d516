namespace DaprTrading.Tests.Contract.Sdk;

public sealed class ActorTurnTests
{
    [Fact]
    public async Task B27_ConcurrentFirstCalls_ActivateOnce_AndTurnsNeverOverlap()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (int Status, string Body)[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.CallAsync("AddAsync", "1")));

        answers.Should().OnlyContain(answer => answer.Status == 200);
        answers.Select(answer => int.Parse(answer.Body)).Order().Should().Equal(Enumerable.Range(1, 20));
        app.Diary.Lines.Count(line => line == "activated").Should().Be(1);
        string[] turns = [.. app.Diary.Lines.Where(line => line != "activated")];
        turns.Should().HaveCount(40);
        turns.Where((_, index) => index % 2 == 0).Should().OnlyContain(line => line == "pre AddAsync ActorInterfaceMethod");
        turns.Where((_, index) => index % 2 == 1).Should().OnlyContain(line => line == "post");
    }

    [Fact]
    public async Task B27_State_IsSavedAfterEachTurn_InOneCall_AndCachedAcrossTurns()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await app.CallAsync("AddAsync", "2");
        await app.CallAsync("AddAsync", "3");

        app.Reads.Should().ContainSingle().Which.Target.Should().Be("/v1.0/actors/Counter/a/state/count");
        app.Saves.Select(save => save.Body).Should().Equal(
            """[{"operation":"upsert","request":{"key":"count","value":2}}]""",
            """[{"operation":"upsert","request":{"key":"count","value":5}}]""");
        app.Saves.Should().OnlyContain(save => save.Target == "/v1.0/actors/Counter/a/state" && save.Header("dapr-api-token") == "secret");
    }

    [Fact]
    public async Task B27_NoChange_SavesNothing()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.Store.Values["Counter/a/count"] = "7";

        (await app.CallAsync("ReadAsync")).Should().Be((200, "7"));

        app.Saves.Should().BeEmpty();
    }

    [Fact]
    public async Task B27_Exception_LosesUnsavedChanges_AndTheCache()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        await app.CallAsync("AddAsync", "1");

        (await app.CallAsync("FailAsync", "100")).Status.Should().Be(500);

        (await app.CallAsync("ReadAsync")).Body.Should().Be("1");
        app.Saves.Should().HaveCount(1);
        app.Reads.Should().HaveCount(2, "the cache was cleared");
        app.Diary.Lines.Should().Contain("failed InvalidOperationException");
    }

    [Fact]
    public async Task B27_SaveRefused_FailsTheTurn_AndClearsTheCache()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.Store.SaveAnswer = FakeAnswer.Error(500, "ERR_ACTOR_STATE_TRANSACTION_SAVE");

        (await app.CallAsync("AddAsync", "100")).Status.Should().Be(500);

        app.Store.SaveAnswer = null;
        (await app.CallAsync("AddAsync", "1")).Should().Be((200, "1"));
        app.Diary.Lines.Should().Contain("failed DaprApiException");
    }

    [Fact]
    public async Task B27_Deactivation_DisposesAndSavesNothing_AndTheNextCallReadsAgain()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        await app.CallAsync("AddAsync", "1");
        app.Store.Values["Counter/a/count"] = "50";

        (await app.DeactivateAsync()).Should().Be(200);
        (await app.CallAsync("ReadAsync")).Body.Should().Be("50");

        app.Diary.Lines.Should().ContainInConsecutiveOrder("deactivated", "disposed", "companion disposed", "activated");
        app.Saves.Should().HaveCount(1);
    }

    [Fact]
    public async Task B27_DeactivatingAnUnknownId_IsFine()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.DeactivateAsync("nobody")).Should().Be(200);
    }

    [Fact]
    public async Task B27_FailedActivation_DisposesTheInstance_AndTheNextCallTriesAgain()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.CallAsync("ReadAsync", id: "sick")).Status.Should().Be(500);
        (await app.CallAsync("ReadAsync", id: "sick")).Status.Should().Be(500);

        app.Diary.Lines.Should().Equal("disposed", "companion disposed", "disposed", "companion disposed");
    }

    [Fact]
    public async Task B27_TurnGivenUpByTheSidecar_CancelsTheMethod_AndSavesNothing()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        using var giveUp = new CancellationTokenSource();

        Task call = app.CallAsync("WaitAsync", cancellationToken: giveUp.Token);
        await Waiting.Until(() => app.Diary.Lines.Contains("waiting"));
        await giveUp.CancelAsync();
        await call.Invoking(c => c).Should().ThrowAsync<OperationCanceledException>();

        (await app.CallAsync("ReadAsync")).Body.Should().Be("0");
        app.Saves.Select(save => save.Body).Should().NotContain(body => body.Contains("\"value\":1"));
        app.Diary.Lines.Should().Contain("failed TaskCanceledException");
    }

    [Fact]
    public async Task B27_MethodThatIgnoresTheSidecarGivingUp_HoldsTheNextTurn_AndItsChangesAreLost()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        using var giveUp = new CancellationTokenSource();

        Task call = app.CallAsync("StubbornAsync", cancellationToken: giveUp.Token);
        await Waiting.Until(() => app.Diary.Lines.Contains("stubborn waits"));
        await giveUp.CancelAsync();
        await call.Invoking(c => c).Should().ThrowAsync<OperationCanceledException>();
        Task<(int Status, string Body)> next = app.CallAsync("AddAsync", "1");
        await Waiting.Until(() => app.Diary.Lines.Contains("given up"));
        app.Diary.Go.SetResult();

        (await next).Should().Be((200, "1"));
        app.Diary.Lines.Should().ContainInOrder("stubborn ends", "failed OperationCanceledException", "pre AddAsync ActorInterfaceMethod");
        app.Store.Values["Counter/a/count"].Should().Be("1");
    }

    [Fact]
    public async Task B27_Activations_OfDifferentIds_AreIndependent()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        await app.CallAsync("AddAsync", "1", id: "a");
        await app.CallAsync("AddAsync", "2", id: "b");

        app.Store.Values.Should().Contain("Counter/a/count", "1").And.Contain("Counter/b/count", "2");
    }

    [Fact]
    public async Task B27_Reentrant_CallDuringATurn_HasItsOwnStateContext()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync(options => options.ReentrancyConfig.Enabled = true);
        app.App.Http.DefaultRequestHeaders.Add("Dapr-Reentrancy-Id", "chain");

        Task<(int Status, string Body)> outer = app.CallAsync("WaitAsync");
        await Waiting.Until(() => app.Diary.Lines.Contains("waiting"));
        (await app.CallAsync("ReadAsync")).Body.Should().Be("0");
        app.Diary.Go.SetResult();

        (await outer).Should().Be((200, "1"));
    }

    [Fact]
    public async Task B27_ReentrancyId_IsCarriedOnByCallsOfTheTurn()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();
        app.App.Http.DefaultRequestHeaders.Add("Dapr-Reentrancy-Id", "chain");

        await app.CallAsync("CallOtherAsync");

        app.Sidecar.Calls.Should().ContainSingle(call => call.Target == "/v1.0/actors/Counter/other/method/ReadAsync")
            .Which.Header("Dapr-Reentrancy-Id").Should().Be("chain");
    }

    [Fact]
    public async Task B37_ScopedDependency_LivesAsLongAsTheActivation()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        string first = (await app.CallAsync("CompanionAsync")).Body;
        (await app.CallAsync("CompanionAsync")).Body.Should().Be(first);
        (await app.CallAsync("CompanionAsync", id: "b")).Body.Should().NotBe(first);
        await app.DeactivateAsync();

        (await app.CallAsync("CompanionAsync")).Body.Should().NotBe(first);
        app.Diary.Lines.Count(line => line == "companion disposed").Should().Be(1);
    }
}
