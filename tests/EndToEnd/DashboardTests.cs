using System.Globalization;
using System.Net;
using DaprTrading.Tests.Testing;
using Microsoft.Playwright;

namespace DaprTrading.Tests.EndToEnd;

/// <summary>The page in a real browser, on a whole running system.</summary>
public sealed class DashboardTests : IAsyncLifetime
{
    private RunningSystem _system = null!;
    private Producer _producer = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync();
        _producer = new Producer(_system);
        _browser = await Browser.LaunchAsync();
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _producer.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Backtest_OfAShippedFile_IsShownAndALinkShowsItAgain()
    {
        IPage page = await _browser.OpenAsync(_system.Dashboard);
        await page.Keyboard.PressAsync("b");
        ILocator dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Backtest" });
        await dialog.GetByLabel("Data set").SelectOptionAsync("SPY");
        foreach (string name in new[] { "macd-cross", "composite-vote" }) await dialog.GetByRole(AriaRole.Checkbox, new() { Name = name, Exact = true }).UncheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Run backtest" }).ClickAsync();

        await Assertions.Expect(dialog.GetByTestId("backtest-run")).ToHaveCountAsync(5, new() { Timeout = 30_000 });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "SPY ema-cross", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("67.8 % (57.6 to 76.5)")).ToBeVisibleAsync();
        await Assertions.Expect(dialog.Locator(".backtest-chart canvas").First).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByText("6 bars a candle")).ToBeVisibleAsync();

        string link = page.Url;
        link.Should().EndWith("/SPY/ema-cross");
        IPage other = await _browser.OpenAsync(new Uri(link));
        await Assertions.Expect(other.GetByRole(AriaRole.Heading, new() { Name = "SPY · ema-cross" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task PostedBars_BecomeCandleIndicatorSignalAndToast_WithoutALookAway()
    {
        IPage page = await _browser.OpenAsync(_system.Dashboard);
        var foreign = new List<string>();
        page.Request += (_, request) =>
        {
            var uri = new Uri(request.Url);
            if (uri.Scheme is "http" or "https" or "ws" or "wss" && !(IPAddress.TryParse(uri.Host, out IPAddress? ip) && IPAddress.IsLoopback(ip)) && uri.Host != "localhost") foreign.Add(request.Url);
        };
        await Assertions.Expect(page.GetByText("No data yet").First).ToBeVisibleAsync();

        ProducedBar[] quiet = Bars("E2E", 1, 40, 100, _ => 0.01), fall = Bars("E2E", 41, 15, quiet[^1].Close, _ => -1);
        await _producer.SendAsync([.. quiet, .. fall], CancellationToken.None);

        ILocator row = page.Locator("[data-testid=watchlist-row][data-symbol=E2E]");
        await Assertions.Expect(row).ToBeVisibleAsync();
        await row.ClickAsync();
        ILocator chart = page.GetByTestId("chart");
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-last-n", "55");
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-symbol", "E2E");
        Number(await chart.GetAttributeAsync("data-last-close")).Should().Be(fall[^1].Close);
        Number(await chart.GetAttributeAsync("data-last-rsi")).Should().BeLessThan(30);

        ProducedBar[] rise = Bars("E2E", 56, 12, fall[^1].Close, _ => 1);
        foreach (ProducedBar bar in rise) await _producer.SendAsync([bar], CancellationToken.None);

        await Assertions.Expect(chart).ToHaveAttributeAsync("data-last-n", "67");
        Number(await chart.GetAttributeAsync("data-last-rsi")).Should().BeGreaterThan(30);
        await Assertions.Expect(page.Locator("[data-testid=signal-row][data-side=buy][data-strategy=rsi-recross]").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("toast").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("connection-state")).ToHaveAttributeAsync("data-state", "live");
        foreign.Should().BeEmpty();
    }

    [Fact]
    public async Task KilledBackend_IsShownAsReconnecting_AndTheMissedBarsAreFetched()
    {
        ProducedBar[] bars = Bars("E2R", 1, 60, 50, i => i % 3 == 0 ? -0.3 : 0.2);
        await _producer.SendAsync(bars[..30], CancellationToken.None);
        IPage page = await _browser.OpenAsync(_system.Dashboard);
        await page.Locator("[data-testid=watchlist-row][data-symbol=E2R]").ClickAsync();
        ILocator chart = page.GetByTestId("chart");
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-last-n", "30");

        Task reconnecting = page.WaitForFunctionAsync(
            "() => ['reconnecting', 'offline'].includes(document.querySelector('[data-testid=connection-state]').dataset.state)");
        await _system.KillAsync("visualization", 0, CancellationToken.None);
        await reconnecting;
        await _producer.SendAsync(bars[30..], CancellationToken.None);

        await Assertions.Expect(chart).ToHaveAttributeAsync("data-last-n", "60");
        await Assertions.Expect(chart).ToHaveAttributeAsync("data-points", "60");
    }

    private static ProducedBar[] Bars(string symbol, int first, int count, double price, Func<int, double> step)
    {
        double now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 300;
        var bars = new ProducedBar[count];
        for (int i = 0; i < count; i++)
        {
            double open = price;
            price = Math.Round(price + step(first + i), 2);
            bars[i] = new ProducedBar(symbol, open, Math.Max(open, price) + 0.05, Math.Min(open, price) - 0.05, price, 100, now + first + i) { Source = "e2e", Sequence = first + i };
        }

        return bars;
    }

    private static double Number(string? text) => double.Parse(text ?? "NaN", CultureInfo.InvariantCulture);
}
