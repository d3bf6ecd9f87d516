using System.Runtime.CompilerServices;

namespace DaprTrading.Tests.Unit.Testing;

/// <summary>States as a version of the project stored them: files in the folder <c>States</c> beside the test that reads them.</summary>
internal static class StateSample
{
    private const string Record = "DAPRTRADING_RECORD_STATES";

    /// <summary>The stored text.</summary>
    public static string Read(string file, [CallerFilePath] string test = "") => File.ReadAllText(PathOf(file, test)).TrimEnd('\n');

    /// <summary>
    /// The stored text of the version at hand. With <c>DAPRTRADING_RECORD_STATES=1</c> in the environment it is written first: for a new version, never over an
    /// old one.
    /// </summary>
    public static string ReadCurrent(string file, string written, [CallerFilePath] string test = "")
    {
        if (Environment.GetEnvironmentVariable(Record) == "1") File.WriteAllText(PathOf(file, test), written + "\n");
        return Read(file, test);
    }

    private static string PathOf(string file, string test) => Path.Combine(Path.GetDirectoryName(test)!, "States", file);
}
