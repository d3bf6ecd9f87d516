using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DaprTrading.Conformance.Staging;

/// <summary>Looks into Redis: one connection per command.</summary>
public sealed class RedisProbe(string address)
{
    /// <summary>Runs a command; the texts and numbers of its answer in one flat list, null for what is not there.</summary>
    /// <exception cref="InvalidDataException">Redis answers an error.</exception>
    public async Task<IReadOnlyList<string?>> ExecuteAsync(params string[] command)
    {
        using var client = new TcpClient();
        int colon = address.LastIndexOf(':');
        await client.ConnectAsync(address[..colon], int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture)).ConfigureAwait(false);
        NetworkStream stream = client.GetStream();
        var request = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"*{command.Length}\r\n"));
        foreach (string part in command) request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString())).ConfigureAwait(false);
        using var reader = new BinaryReader(new BufferedStream(stream), Encoding.UTF8);
        List<string?> found = [];
        Read(reader, found);
        return found;
    }

    private static void Read(BinaryReader reader, List<string?> found)
    {
        string line = Line(reader);
        switch (line[0])
        {
            case '-':
                throw new InvalidDataException(line[1..]);
            case '$' when line != "$-1":
                found.Add(Encoding.UTF8.GetString(reader.ReadBytes(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture))));
                reader.ReadBytes(2);
                break;
            case '*' when line != "*-1":
                for (int left = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture); left > 0; left--) Read(reader, found);
                break;
            default:
                found.Add(line is "$-1" or "*-1" ? null : line[1..]);
                break;
        }
    }

    private static string Line(BinaryReader reader)
    {
        var line = new StringBuilder();
        for (char next = (char)reader.ReadByte(); next != '\n'; next = (char)reader.ReadByte()) line.Append(next);
        return line.ToString().TrimEnd('\r');
    }
}
