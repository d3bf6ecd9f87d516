namespace DaprTrading.LocalRuntime.Host.Publishing;

/// <summary>The command line of a published folder and a page on how to use it.</summary>
internal static class PublishedGuide
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Writes <c>run</c> and <c>README.md</c>.</summary>
    public static void Write(string folder, bool selfContained)
    {
        string script = Path.Combine(folder, "run");
        File.WriteAllText(script, Script(selfContained));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, Executable);
        File.WriteAllText(Path.Combine(folder, "README.md"), Page(selfContained));
    }

    private static string Script(bool selfContained) =>
        $$"""
        #!/bin/sh
        # The command line of this folder: ./run --help
        folder=$(dirname "$(readlink -f "$0")")
        exec {{(selfContained ? "" : "dotnet ")}}"$folder/runtime/{{PublishedProgram.Runtime}}{{(selfContained ? "" : ".dll")}}" "$@"

        """;

    private static string Page(bool selfContained) =>
        $"""
        # DaprTrading, published

        {(selfContained
            ? "Every program brings .NET along: nothing has to be installed but redis-server (or another broker, see components/README.md)."
            : "Needs the ASP.NET Core runtime 10 (`dotnet` on the path) and redis-server (or another broker, see components/README.md).")}

        | what | how |
        |---|---|
        | the whole system on the local runtime | `./run up` (or `./run up --detach --free-ports`), `./run status`, `./run down` |
        | without Redis | `./run up --components components/memory` |
        | the whole system on the real Dapr | `REDIS_HOST=localhost:6379 REDIS_PASSWORD= dapr run -f dapr.yaml` |
        | check a sidecar against Dapr's HTTP contract | `./run conformance --http HOST:PORT --app-port N` |
        | check the local runtime in the same way | `./run conformance` |
        | data to look at | `./run generate --help`, `./run replay`, `./run backtest --help` |

        | folder | what |
        |---|---|
        | `services/` | a program per app id; each folder stands alone and may be copied into an image |
        | `runtime/` | the local runtime, behind `./run` |
        | `tools/` | load generator, backtester, contract checks |
        | `components/`, `dapr.yaml`, `config.yaml` | what the local runtime and daprd read; paths are relative, so the folder may be moved |

        """;
}
