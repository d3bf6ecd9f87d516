using System.Reflection;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class SurfaceTests
{
    [Fact]
    public void S1_PublicSurface_IsTheOneOnRecord()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Surface.txt")!);
        string[] recorded = reader.ReadToEnd().Split('\n');
        string actual = PublicSurface.Of(typeof(DaprClient).Assembly);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "Surface.actual.txt"), actual);

        string[] lines = actual.Split('\n');
        string difference = string.Join('\n', [.. recorded.Except(lines).Select(line => "- " + line), .. lines.Except(recorded).Select(line => "+ " + line)]);

        difference.Should().BeEmpty("services have to compile against the official packages too; if the change is right, take Surface.actual.txt over");
    }

    [Fact]
    public void S4_RegistrationReturnsNothing_AndWithTopicKeepsTheBuildersType()
    {
        Type[] registrations = [typeof(DaprServiceCollectionExtensions), typeof(ActorsServiceCollectionExtensions)];
        registrations.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static)).Should()
            .HaveCount(3).And.OnlyContain(method => method.ReturnType == typeof(void));
        typeof(DaprEndpointConventionBuilderExtensions).GetMethods(BindingFlags.Public | BindingFlags.Static).Should()
            .HaveCount(6).And.OnlyContain(method => method.ReturnType == method.GetGenericArguments()[0]);
    }

    [Fact]
    public void S5_NothingObsolete_IsInTheSurface() => typeof(DaprClient).Assembly.GetExportedTypes()
        .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
        .Where(member => member.DeclaringType!.Assembly == typeof(DaprClient).Assembly)
        .Should().NotContain(member => member.IsDefined(typeof(ObsoleteAttribute)));
}
